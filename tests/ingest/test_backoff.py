from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.ingest.backoff import Backoff


def test_waits_double_up_to_the_most() -> None:
    backoff = Backoff(0.5, 15, jitter=0)
    assert [backoff.next_s() for _ in range(7)] == [0.5, 1, 2, 4, 8, 15, 15]


def test_success_begins_small_again() -> None:
    backoff = Backoff(0.5, 15, jitter=0)
    for _ in range(5):
        backoff.next_s()
    backoff.reset()
    assert backoff.next_s() == 0.5


def test_cameras_do_not_retry_in_step() -> None:
    waits = {Backoff(10, 10, rng=random.Random(seed)).next_s() for seed in range(20)}
    assert len(waits) == 20


@given(st.integers(0, 2000), st.integers(0))
def test_law_a_wait_stays_within_its_bounds(tries: int, seed: int) -> None:
    backoff = Backoff(0.5, 15, jitter=0.25, rng=random.Random(seed))
    waits = [backoff.next_s() for _ in range(tries + 1)]
    assert all(0.375 <= wait <= 18.75 for wait in waits)
    assert waits[-1] >= 15 * 0.75 or tries < 5


def test_months_of_failures_do_not_overflow() -> None:
    backoff = Backoff(0.5, 15, jitter=0)
    assert [backoff.next_s() for _ in range(5000)][-1] == pytest.approx(15)

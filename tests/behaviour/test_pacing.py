"""To and fro along a zone, told from walking, waiting and swaying."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.behaviour.pacing import Pacing
from passerby.ground.geometry.near import Axis
from support.rows import area, frame

STRIP = area(0, 0, 20, 1.5)


def turns(xs: list[float], step_s: float = 0.5, window_s: float = 90.0) -> int:
    """How many turns are counted after the last of the places along the strip, one every `step_s`."""
    pacing, found = Pacing(STRIP, Axis.of(STRIP, None), 2.0, window_s), 0
    for k, x in enumerate(xs):
        found = len(pacing.step(frame(k * step_s, {1: (x, 0.7)})).get(0, ()))
    return found


def to_and_fro(legs: int, length_m: float) -> list[float]:
    """A walk of so many legs at 1 m/s, a place every half second."""
    steps = [k / 2 for k in range(int(2 * length_m * legs) + 1)]
    return [5 + length_m - abs(s % (2 * length_m) - length_m) for s in steps]


CASES = [
    ([5 + 0.5 * k for k in range(30)], 0, "walks through"),
    ([9.0] * 60, 0, "waits"),
    ([9 + 0.8 * math.sin(k / 2) for k in range(80)], 0, "sways by less than a leg"),
    (to_and_fro(2, 4), 1, "there and back is one turn"),
    (to_and_fro(5, 4), 4, "five legs are four turns"),
    (to_and_fro(9, 1), 0, "legs too short"),
    ([5 + 0.5 * k for k in range(9)] + [9 - 0.5 * k for k in range(4)], 0, "a step back is no turn"),
]


@pytest.mark.parametrize(("xs", "want", "why"), CASES, ids=[c[2] for c in CASES])
def test_turns(xs: list[float], want: int, why: str) -> None:
    assert turns(xs) == want, why


def test_old_turns_are_forgotten() -> None:
    assert turns(to_and_fro(9, 4), window_s=10.0) == 3


def test_a_long_absence_begins_anew_and_so_does_an_interruption() -> None:
    pacing = Pacing(STRIP, Axis.of(STRIP, None), 2.0, 90.0)
    walk = to_and_fro(4, 4)
    for k, x in enumerate(walk):
        pacing.step(frame(k * 0.5, {1: (x, 0.7)}))
    assert len(pacing.step(frame(len(walk) * 0.5 + 11, {1: (5, 0.7)}))[0]) == 0
    pacing.reset()
    assert len(pacing) == 0


def test_who_is_gone_is_forgotten() -> None:
    pacing = Pacing(STRIP, Axis.of(STRIP, None), 2.0, 90.0)
    pacing.step(frame(0, {1: (5, 0.7), 2: (6, 0.7)}))
    pacing.step(frame(0.1, {2: (6, 0.7)}, removed=[1]))
    assert len(pacing) == 1


@given(st.lists(st.floats(0, 20), min_size=2, max_size=60))
def test_the_same_walk_seen_from_the_other_end_has_as_many_turns(xs: list[float]) -> None:
    assert turns(xs) == turns([20 - x for x in xs])


@given(st.lists(st.floats(0, 20), min_size=2, max_size=40))
def test_a_pause_anywhere_adds_no_turn(xs: list[float]) -> None:
    assert turns([x for x in xs for _ in range(2)], step_s=0.2) == turns(xs, step_s=0.4)

"""Intervals against published values, and in cases whose answer is known."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from passerby.evals.intervals import ANY, NOT_NEGATIVE, SHARE, Interval, seed_intervals, share_interval


@pytest.mark.parametrize(
    ("found", "of", "low", "high", "why"),
    [
        (10, 10, 0.692, 1.0, "all of ten: (0.05 / 2) ** (1 / 10)"),
        (0, 10, 0.0, 0.308, "none of ten, the mirror image"),
        (81, 263, 0.253, 0.368, "the example of Newcombe, Statistics in Medicine 17, 1998, table I"),
        (15, 148, 0.058, 0.162, "the second one there"),
    ],
)
def test_share_interval(found: int, of: int, low: float, high: float, why: str) -> None:
    assert share_interval(found, of) == pytest.approx((low, high), abs=6e-4), why


def test_no_cases_no_interval() -> None:
    assert share_interval(0, 0) is None


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval(case: tuple[int, int]) -> None:
    found, of = case
    interval = share_interval(found, of)
    assert interval is not None
    assert 0 <= interval[0] <= found / of <= interval[1] <= 1


def takes(values: Sequence[float]) -> list[Any]:
    return [SimpleNamespace(seed=seed, value=value) for seed, value in enumerate(values)]


def mean(some: Sequence[Any]) -> dict[str, float | None]:
    return {"mean": float(np.mean([take.value for take in some]))}


def test_for_a_mean_the_jackknife_is_students_interval() -> None:
    values = np.array([1.0, 2.0, 4.0, 8.0, 9.0])
    half = t.ppf(0.975, 4) * values.std(ddof=1) / np.sqrt(5)
    low, high = seed_intervals(takes(values), mean, {"mean": ANY})["mean"]
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half))


@pytest.mark.parametrize(
    ("values", "bounds", "interval"),
    [
        ([1.0, 1.0, 0.9], SHARE, (0.824, 1.0)),
        ([0.0, 0.0, 0.1], SHARE, (0.0, 0.177)),
        ([0.0, 0.0, 13.8], NOT_NEGATIVE, (0.0, 24.39)),
        ([0.0, 0.0, 13.8], ANY, (-15.19, 24.39)),
    ],
)
def test_an_interval_ends_where_no_figure_can_be(
    values: Sequence[float], bounds: Interval, interval: Interval
) -> None:
    assert seed_intervals(takes(values), mean, {"mean": bounds})["mean"] == pytest.approx(interval, abs=5e-3)


def test_two_seeds_are_too_few() -> None:
    assert seed_intervals(takes([1.0, 2.0]), mean, {"mean": ANY}) == {}


def test_a_figure_that_one_seed_alone_provides_has_no_interval() -> None:
    def figures(some: Sequence[Any]) -> dict[str, float | None]:
        return {"rare": 1.0 if any(take.seed == 2 for take in some) else None, **mean(some)}

    assert seed_intervals(takes([1.0, 2.0, 3.0]), figures, {"mean": ANY, "rare": ANY}).keys() == {"mean"}

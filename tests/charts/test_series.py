from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.charts.series import buckets_per_bar, columns, middle, runs, summed

MEANS = st.lists(st.one_of(st.floats(0, 500), st.just(float("nan"))), max_size=300)


@given(MEANS, st.integers(1, 50))
def test_columns_hold_the_peak_and_the_gaps(values: list[float], most: int) -> None:
    cols = columns(values, 2.0, most)
    assert len(cols.mean) == len(cols.low) == len(cols.high) <= most
    there = np.isfinite(cols.mean)
    assert np.all(cols.low[there] <= cols.mean[there] + 1e-9)
    assert np.all(cols.mean[there] <= cols.high[there] + 1e-9)
    seen = np.asarray(values)[np.isfinite(values)]
    if seen.size:
        assert np.nanmax(cols.high) == seen.max()
        assert np.nanmin(cols.low) == seen.min()
    else:
        assert not there.any()


def test_short_series_are_left_as_they_are() -> None:
    cols = columns([1.0, float("nan"), 3.0], 5.0)
    np.testing.assert_array_equal(cols.mean, [1.0, np.nan, 3.0])
    assert cols.step_s == 5.0


def test_a_column_of_one_gap_and_one_count_is_the_count() -> None:
    np.testing.assert_array_equal(columns([np.nan, 4.0, np.nan, np.nan], 1.0, 2).mean, [4.0, np.nan])


@given(st.lists(st.integers(0, 90), max_size=200), st.integers(1, 40))
def test_bars_lose_nobody(values: list[int], per: int) -> None:
    assert summed(values, per).sum() == sum(values)


@pytest.mark.parametrize(
    ("length", "bucket_s", "per"),
    [
        (30, 1.0, 1),  # 30 s: every second
        (252, 5.0, 6),  # 21 min: bars of 30 s
        (28_800, 1.0, 600),  # 8 h: bars of 10 min
        (100, 7.0, 2),  # an odd bucket: no usual duration fits
        (0, 1.0, 1),
    ],
)
def test_bars_have_usual_durations(length: int, bucket_s: float, per: int) -> None:
    assert buckets_per_bar(length, bucket_s) == per


@given(st.lists(st.booleans(), max_size=80))
def test_runs_are_exactly_what_is_present(present: list[bool]) -> None:
    rebuilt = np.zeros(len(present), np.bool_)
    found = runs(np.asarray(present, np.bool_))
    for first, end in found:
        assert not rebuilt[first:end].any()
        rebuilt[first:end] = True
    assert rebuilt.tolist() == present
    assert all(a[1] < b[0] for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("edges", "weights", "value"),
    [
        ((0.0, 1.0, 2.0), (10.0, 10.0), 1.0),
        ((0.0, 1.0, 2.0), (0.0, 10.0), 1.5),  # linear within the bin
        ((0.0, 1.0), (0.0,), None),  # nobody walked
        ((), (), None),  # no calibration
    ],
)
def test_the_middle_of_a_histogram(
    edges: tuple[float, ...], weights: tuple[float, ...], value: float | None
) -> None:
    assert middle(edges, weights) == value

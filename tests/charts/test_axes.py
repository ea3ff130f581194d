from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.charts.axes import Scale, round_step, time_step, time_ticks, value_ticks

POSITIVE = st.floats(1e-6, 1e9)


@given(POSITIVE, st.integers(1, 10))
def test_value_ticks_are_round_even_and_cover_the_data(high: float, most: int) -> None:
    ticks = value_ticks(high, most)
    step = ticks[1] - ticks[0]
    assert ticks[0] == 0
    assert ticks[-1] >= high * (1 - 1e-6)
    assert ticks[-2] < high
    assert len(ticks) <= most + 1
    assert step == pytest.approx(round_step(step))
    assert all(b - a == pytest.approx(step) for a, b in pairwise(ticks))


@pytest.mark.parametrize("high", [0.0, 5e-324, -1.0, math.nan, math.inf])
def test_an_axis_without_data_still_has_an_extent(high: float) -> None:
    assert value_ticks(high) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("high", "ticks"),
    [
        (1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),  # exactly on a tick: no empty step above
        (23.0, (0.0, 5.0, 10.0, 15.0, 20.0, 25.0)),
        (0.03, (0.0, 0.01, 0.02, 0.03)),  # floor(log10) of a float must not slip a decade
    ],
)
def test_value_ticks(high: float, ticks: tuple[float, ...]) -> None:
    assert value_ticks(high) == pytest.approx(ticks)


@given(POSITIVE)
def test_a_round_step_is_the_least_of_1_2_5_tens(least: float) -> None:
    step = round_step(least)
    lead = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert round(lead, 6) in (1, 2, 5)
    assert step >= least * (1 - 1e-6)
    assert step <= least * 2.5 * (1 + 1e-6)


@given(st.floats(0, 1e7), st.integers(1, 12))
def test_time_ticks_start_at_0_and_stay_within(seconds: float, most: int) -> None:
    ticks = time_ticks(seconds, most)
    assert ticks[0] == 0
    assert ticks[-1] <= seconds * (1 + 1e-6)
    assert len(ticks) <= most + 1


@pytest.mark.parametrize(
    ("seconds", "step"),
    [
        (0.04, 0.1),  # one frame
        (60, 10),
        (1260, 300),  # not 250: people count minutes
        (8 * 3600, 3600),
        (30 * 86400, 4 * 86400),  # beyond the table: whole days
    ],
)
def test_time_steps_are_usual_durations(seconds: float, step: float) -> None:
    assert time_step(seconds, 8) == step


@given(st.floats(-1e6, 1e6), st.floats(-1e3, 1e3), st.floats(0.1, 1e3))
def test_a_scale_never_leaves_the_paper(value: float, low: float, extent: float) -> None:
    assert 0 <= Scale(low, low + extent, 0, 100)(value) <= 100


def test_a_scale_maps_both_ends_and_survives_no_extent() -> None:
    down = Scale(0, 10, 168, 8)
    assert (down(0), down(5), down(10)) == (168, 88, 8)
    assert Scale(3, 3, 0, 100)(3) == 0

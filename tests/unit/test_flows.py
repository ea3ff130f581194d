"""Quarter hours from minutes: which belong together, what they add up to, what is said of the error."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.config.counts_error import CountError
from passerby.contracts.events import FlowSample, LineSample
from passerby.unit.flows import FlowMeter

ERROR = CountError(1.0, 0.01, 500)


def minute(k: int, in_: int = 0, out: int = 0, utc: str | None = None, coverage: float = 1.0) -> LineSample:
    return LineSample("cam", "gate", 60.0 * k, utc, 60.0, in_, out, coverage)


def flows(minutes: list[LineSample], meter: FlowMeter | None = None) -> list[FlowSample]:
    meter = meter or FlowMeter({})
    return [flow for m in minutes for flow in meter.add(m)] + meter.close()


def test_a_quarter_has_a_row_for_each_direction() -> None:
    first_in, first_out, *rest = flows([minute(k, in_=2, out=1) for k in range(20)])
    assert (first_in.direction, first_in.people, first_in.from_s, first_in.window_s) == ("in", 30, 0.0, 900.0)
    assert (first_out.direction, first_out.people) == ("out", 15)
    assert [(f.direction, f.people, f.from_s, f.window_s) for f in rest] == [
        ("in", 10, 900.0, 300.0),
        ("out", 5, 900.0, 300.0),
    ]


def test_with_a_clock_quarters_are_those_of_the_wall() -> None:
    minutes = [minute(k, in_=1, utc=f"2026-03-01T07:{52 + k:02d}:30.000Z") for k in range(8)]
    minutes += [minute(8 + k, in_=1, utc=f"2026-03-01T08:{k:02d}:30.000Z") for k in range(16)]
    into = [f for f in flows(minutes) if f.direction == "in"]
    assert [(f.utc, f.people) for f in into] == [
        ("2026-03-01T07:52:30.000Z", 8),
        ("2026-03-01T08:00:30.000Z", 15),
        ("2026-03-01T08:15:30.000Z", 1),
    ]


def test_missing_minutes_lower_the_coverage_and_a_camera_that_begins_anew_begins_a_row() -> None:
    half, _, again, _ = flows([minute(0), minute(1, coverage=0.5), minute(3), minute(0)])
    assert (half.window_s, half.coverage) == (240.0, 0.625)
    assert (again.from_s, again.window_s) == (0.0, 60.0)


def test_the_interval_is_the_measured_one_or_unknown() -> None:
    into, out = flows([minute(0, in_=200, out=200)], FlowMeter({"in": ERROR}))
    assert into.low is not None
    assert into.high is not None
    assert into.low < 200 < into.high
    assert into.error_people == 500
    assert (out.low, out.high, out.error_people) == (None, None, None)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=60))
def test_nobody_is_lost_or_counted_twice(counts: list[tuple[int, int]]) -> None:
    found = flows([minute(k, a, b) for k, (a, b) in enumerate(counts)])
    assert sum(f.people for f in found if f.direction == "in") == sum(a for a, _ in counts)
    assert sum(f.people for f in found if f.direction == "out") == sum(b for _, b in counts)
    assert all(a.from_s <= b.from_s for a, b in pairwise(found))


def test_nothing_comes_of_nothing() -> None:
    assert FlowMeter({"in": ERROR}).close() == []


@pytest.mark.parametrize("n", [1, 15, 16])
def test_closing_twice_gives_nothing_more(n: int) -> None:
    meter = FlowMeter({})
    flows([minute(k) for k in range(n)], meter)
    assert meter.close() == []

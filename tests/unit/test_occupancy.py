"""In less out: never negative, corrected where the truth is known, with the drift written down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.config.counts_error import CountError
from passerby.contracts.events import LineSample, OccupancySample, ZoneSample
from passerby.contracts.occupancy import Occupancy
from passerby.unit.occupancy import NEGATIVE_WINDOWS, OccupancyMeter

ONE = Occupancy.model_validate({"name": "hall", "lines": [{"camera": "a", "line": "gate"}]})
SEEN = ONE.model_copy(
    update=Occupancy.model_validate(
        {"name": "h", "lines": [{"camera": "a", "line": "gate"}], "views": [{"camera": "a", "zone": "z"}]}
    ).__dict__
)
TWO = Occupancy.model_validate(
    {
        "name": "station",
        "lines": [{"camera": "a", "line": "gate"}, {"camera": "b", "line": "stairs", "inwards": "out"}],
    }
)
ERROR = CountError(1.0, 0.01, 500)
ALL = {(c, n, w): ERROR for c, n in (("a", "gate"), ("b", "stairs")) for w in ("in", "out")}


def line(k: int, in_: int, out: int, camera: str = "a", name: str = "gate", utc: str | None = None) -> LineSample:
    return LineSample(camera, name, 60.0 * k, utc, 60.0, in_, out, 1.0)


def zone(k: int, most: int, coverage: float = 1.0) -> ZoneSample:
    return ZoneSample("a", "z", 60.0 * k, None, 60.0, float(most), most, None, 0, 0, coverage)


def feed(meter: OccupancyMeter, windows: list[LineSample | ZoneSample]) -> list[OccupancySample]:
    found: list[OccupancySample] = []
    for window in windows:
        if isinstance(window, ZoneSample):
            meter.zone(window)
        else:
            found += meter.line(window)
    return found


def test_in_less_out() -> None:
    found = feed(OccupancyMeter(ONE, {}), [line(0, 5, 0), line(1, 3, 4), line(2, 0, 4)])
    assert [f.people for f in found] == [5, 4, 0]
    assert {(f.low, f.high, f.drift, f.reset) for f in found} == {(None, None, 0, None)}


def test_two_cameras_answer_once_a_window_and_a_line_may_lead_in_by_out() -> None:
    windows = [line(0, 5, 1), line(0, 1, 3, "b", "stairs"), line(1, 0, 0, "b", "stairs"), line(1, 0, 2)]
    assert [f.people for f in feed(OccupancyMeter(TWO, {}), list(windows))] == [6, 4]


def test_a_camera_that_is_lost_does_not_stop_the_place() -> None:
    meter = OccupancyMeter(TWO, {})
    first, second = feed(meter, [line(0, 5, 0), line(1, 1, 0), line(2, 1, 0)])
    assert [(f.people, f.coverage) for f in (first, second, *meter.close())] == [(5, 0.0), (6, 0.0), (7, 0.0)]


def test_who_comes_out_before_anybody_went_in_gives_no_negative_number() -> None:
    """The other camera's minute may simply come later: the sum waits for it before it is raised."""
    found = feed(OccupancyMeter(ONE, {}), [line(0, 0, 4), line(1, 6, 0), line(2, 0, 0)])
    assert [(f.people, f.reset) for f in found] == [(0, None), (2, None), (2, None)]


def test_a_sum_that_stays_negative_is_raised_and_says_by_how_much() -> None:
    found = feed(OccupancyMeter(ONE, {}), [line(0, 0, 4), *(line(k, 0, 0) for k in range(1, 6)), line(6, 3, 0)])
    assert [f.reset for f in found] == [None] * (NEGATIVE_WINDOWS - 1) + ["negative", None, None]
    assert found[NEGATIVE_WINDOWS - 1].drift == -4
    assert found[-1].people == 3


@pytest.mark.parametrize(
    ("coverage", "most", "reset", "why"),
    [
        (1.0, 0, "empty", "nobody for ten minutes"),
        (1.0, 1, None, "somebody was there"),
        (0.5, 0, None, "half of the time nobody looked"),
    ],
)
def test_nobody_seen_for_long_is_an_empty_place(coverage: float, most: int, reset: str | None, why: str) -> None:
    windows: list[LineSample | ZoneSample] = []
    for k in range(12):
        windows += [zone(k, most, coverage), line(k, 3 if k == 0 else 0, 0)]
    found = feed(OccupancyMeter(SEEN, {}), windows)
    assert [f.reset for f in found if f.reset] == ([reset] if reset else []), why
    assert found[-1].people == (0 if reset else 3), why
    assert sum(f.drift for f in found) == (3 if reset else 0), why


def test_at_closing_time_the_sum_is_what_is_seen() -> None:
    place = SEEN.model_copy(update={"closed_at": "01:30", "timezone": "Europe/Berlin", "empty_s": 86400.0})
    windows: list[LineSample | ZoneSample] = []
    for k in range(6):  # 00:27 to 00:32 UTC is 01:27 to 01:32 in Berlin in winter
        windows += [zone(k, 2), line(k, 9 if k == 0 else 0, 0, utc=f"2026-01-10T00:{27 + k}:00.000Z")]
    found = feed(OccupancyMeter(place, {}), windows)
    assert [(f.people, f.drift, f.reset) for f in found] == [
        *[(9, 0, None)] * 3,
        (2, 7, "closed"),
        *[(2, 0, None)] * 2,
    ]


def test_a_recording_without_a_clock_has_no_closing_time() -> None:
    place = ONE.model_copy(update={"closed_at": "00:00"})
    assert {f.reset for f in feed(OccupancyMeter(place, {}), [line(k, 1, 0) for k in range(9)])} == {None}


def test_the_interval_widens_with_everybody_who_passes_and_begins_anew_with_a_correction() -> None:
    windows: list[LineSample | ZoneSample] = []
    for k in range(30):
        windows += [zone(k, 0 if k > 5 else 9), line(k, 50 if k < 5 else 0, 48 if k < 5 else 0)]
    found = feed(OccupancyMeter(SEEN, ALL), windows)
    width = [f.high - f.low for f in found if f.high is not None and f.low is not None]
    assert len(width) == len(found)
    assert width[0] < width[2] < width[4]
    assert all(f.low <= f.people <= f.high for f in found if f.low is not None and f.high is not None)
    assert (width[-1], found[-1].people, sum(f.drift for f in found)) == (0.0, 0, 10)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=60))
def test_laws(counts: list[tuple[int, int]]) -> None:
    """Never negative; what is shown, all corrections included, is what was counted or an open negative sum."""
    found = feed(OccupancyMeter(ONE, ALL), [line(k, a, b) for k, (a, b) in enumerate(counts)])
    total = 0
    for (a, b), sample in zip(counts, found, strict=True):
        total += a - b - sample.drift
        assert sample.people == max(total, 0)
        assert sample.drift <= 0
        assert sample.low is not None
        assert sample.low >= 0

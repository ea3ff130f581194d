"""Counts per minute, by hand."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.behaviour.meters import LineMeter, ZoneMeter
from passerby.behaviour.sides import Crossings
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.config import Zone
from passerby.contracts.events import LineSample, ZoneSample
from passerby.ground.calibration.calibrate import from_mounting
from passerby.ground.geometry.places import Area
from support.rows import Spot, area, frame, gate, px

Dwell = tuple[float, float]


def measure(
    dwells: dict[int, Dwell],
    until_s: float,
    fps: float = 10,
    zone: Area | None = None,
    gaps: tuple[Dwell, ...] = (),
) -> list[ZoneSample]:
    """Everybody is tracked all the time and inside from the first to before the second time."""
    meter, samples, was_gap = ZoneMeter("cam", zone or area()), [], False
    for k in range(int(until_s * fps) + 1):
        t = k / fps
        if any(a <= t < b for a, b in gaps):
            if not was_gap:
                meter.gap()
            was_gap = True
            continue
        was_gap = False
        where: dict[int, Spot] = {i: (2, 2) if a <= t < b else (9, 9) for i, (a, b) in dwells.items()}
        samples += meter.step(frame(t, where))
    return samples + meter.close()


def test_one_minute_by_hand() -> None:
    """One inside for 20 s, one for 10 s of them: 30 person-seconds in 60."""
    first, last = measure({1: (10, 30), 2: (15, 25)}, 70)
    assert first == ZoneSample("cam", "z", 0.0, None, 60.0, 0.5, 2, None, 2, 2, 1.0)
    assert last == ZoneSample("cam", "z", 60.0, None, 10.0, 0.0, 0, None, 0, 0, 1.0)


@pytest.mark.parametrize("fps", [5, 8, 25])
def test_the_frame_rate_changes_the_mean_by_a_frame_at_most(fps: float) -> None:
    (sample,) = measure({1: (10, 30), 2: (15, 25)}, 59.8, fps)
    assert sample.count_mean == pytest.approx(30 / 59.8, abs=2 / fps / 59.8)
    assert (sample.entries, sample.exits, sample.count_max) == (2, 2, 2)
    assert sample.coverage == 1.0


def test_short_visits_are_counted_for_as_long_as_they_last() -> None:
    """Thirty walk through, a second each, one after another: half a person on average, not 0.7 and not 0.3."""
    (sample,) = measure({k: (2.0 * k, 2.0 * k + 1) for k in range(30)}, 59.9)
    assert sample.count_mean == pytest.approx(0.5, abs=0.02)
    assert sample.entries == 30


def test_somebody_there_over_the_border_is_in_both_minutes_and_enters_once() -> None:
    first, second, last = measure({1: (30, 90)}, 125)
    assert [s.count_mean for s in (first, second, last)] == pytest.approx([0.492, 0.508, 0.0], abs=0.001)
    assert [s.entries for s in (first, second, last)] == [1, 0, 0]
    assert [s.exits for s in (first, second, last)] == [0, 1, 0]
    assert [s.window_s for s in (first, second, last)] == [60, 60, 5]


def test_a_gap_is_not_covered_and_ends_dwells() -> None:
    """30 s without picture, somebody there before and after: what was seen of them, half the time."""
    first, _ = measure({1: (0, 70)}, 80, gaps=((20, 50),))
    assert first.coverage == pytest.approx(29.9 / 60, abs=0.002)
    assert first.count_mean == pytest.approx(1.0, abs=0.04)
    assert (first.entries, first.exits) == (2, 1)


def test_a_run_that_ends_in_a_gap_keeps_its_last_window() -> None:
    (sample,) = measure({1: (0, 70)}, 80, gaps=((20, 90),))
    assert (sample.window_s, sample.coverage, sample.entries, sample.exits) == (19.9, 1.0, 1, 1)


def test_a_second_without_a_frame_is_not_covered_either() -> None:
    meter, samples = ZoneMeter("cam", area()), []
    for t in (0, 1, 2, 22, 23, 60):
        samples += meter.step(frame(t))
    assert samples[0].coverage == pytest.approx(5 / 60, abs=0.001), "each frame speaks for a second"


def test_density_is_the_mean_over_the_square_metres() -> None:
    plane = from_mounting(Calibration(height_m=5, tilt_deg=90, focal_px=500), (1280, 2000)).exact()
    corners = tuple(px(c) for c in ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)))
    zone = Area.of(Zone(name="z", polygon_px=corners), plane)
    (sample,) = measure({1: (0, 99), 2: (0, 99)}, 40, zone=zone)
    assert sample.density_per_m2 == pytest.approx(sample.count_mean / 16, abs=1e-4)


def test_windows_carry_the_wall_clock_where_there_is_one() -> None:
    meter = ZoneMeter("cam", area())
    meter.step(frame(0, utc_ns=1_700_000_000_000_000_000))
    meter.step(frame(0.5))
    assert meter.close()[0].utc == "2023-11-14T22:13:20.000Z"


moves = st.lists(st.tuples(st.integers(1, 3), st.sampled_from("io-hG")), max_size=120)


@settings(max_examples=80)
@given(moves)
def test_entries_minus_exits_is_the_change_of_who_is_there(story: list[tuple[int, str]]) -> None:
    """Through gaps, ends of tracks, predictions and borders of windows."""
    meter, samples, here = ZoneMeter("cam", area()), [], {1: "o", 2: "o", 3: "o"}
    born = {1: 1, 2: 2, 3: 3}
    for k, (who, what) in enumerate(story):
        removed = [born[who]] if what == "-" else []
        if what == "G":
            meter.gap()
            born = {w: b + 100 for w, b in born.items()}
        if removed:
            born[who] += 10
        here[who] = what if what in "ioh" else "o"
        where: dict[int, Spot] = {born[w]: (9, 9) if s == "o" else (2, 2) for w, s in here.items()}
        predicted = [born[w] for w, s in here.items() if s == "h"]
        samples += meter.step(frame(k * 0.7, where, removed=removed, predicted=predicted))
    samples += meter.close()
    assert sum(s.entries - s.exits for s in samples) == meter.count == len(meter) - _unsettled(meter)


def _unsettled(meter: ZoneMeter) -> int:
    dwells = meter._presence._dwells
    return int(((dwells["since_ns"] >= 0) & ~dwells["settled"]).sum())


def cross(times: list[tuple[float, int]], until_s: float) -> tuple[LineMeter, list[LineSample]]:
    """Each (time, direction) is another person, 1 m before the line until then and 1 m past it after."""
    meter, samples = LineMeter("cam", Crossings(gate())), []
    for k in range(int(until_s * 5) + 1):
        t = k / 5
        where: dict[int, Spot] = {i: (0, d if t < at else -d) for i, (at, d) in enumerate(times)}
        samples += meter.step(frame(t, where))
    return meter, samples + meter.close()


def test_lines_by_hand() -> None:
    meter, samples = cross([(10, 1), (20, 1), (30, -1), (70, -1)], 80)
    assert samples == [
        LineSample("cam", "l", 0.0, None, 60.0, 2, 1, 1.0),
        LineSample("cam", "l", 60.0, None, 20.0, 0, 1, 1.0),
    ]
    assert (meter.in_, meter.out) == (2, 2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 150), st.sampled_from([1, -1])), max_size=8))
def test_sums_over_windows_are_the_totals(times: list[tuple[float, int]]) -> None:
    meter, samples = cross(times, 155)
    assert sum(s.in_ for s in samples) == meter.in_ == sum(d > 0 for _, d in times)
    assert sum(s.out for s in samples) == meter.out == sum(d < 0 for _, d in times)
    assert all(s.coverage == 1.0 for s in samples)


def test_a_gap_resets_sides_but_not_totals() -> None:
    meter = LineMeter("cam", Crossings(gate()))
    for k in range(8):
        meter.step(frame(k / 5, {1: (0, 1.0 if k < 4 else -1.0), 2: (1, 1.0)}))
    meter.gap()
    assert len(meter) == 0
    for k in range(8, 16):
        meter.step(frame(k / 5, {2: (1, -1.0)}))
    assert (meter.in_, meter.out) == (1, 0)
    assert meter.close()[0].in_ == 1


@pytest.mark.parametrize("sample", [ZoneSample, LineSample])
def test_a_sample_has_no_field_that_could_hold_a_track(sample: type) -> None:
    assert all(f.type in ("str", "float", "int", "str | None", "float | None", "bool") for f in fields(sample))
    assert not {"id", "track", "tracks", "ids"} & {f.name for f in fields(sample)}

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.behaviour.meters import LineMeter, ZoneMeter
from passerby.behaviour.sides import Crossings
from passerby.camera.history import MAX_BUCKETS, HistoryBuilder
from passerby.contracts.config import Line, Zone
from passerby.contracts.people import GroundTracks
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.geometry.places import Area, Gate
from passerby.ground.motion.velocity import Motion
from support.fakes import every
from support.seen import Box, person, tracked
from support.stage import camera

WH = (320, 240)
HALL = Zone(name="hall", polygon_px=((0, 0), (160, 0), (160, 240), (0, 240)))
STAIRS = Line(name="stairs", from_px=(160, 240), to_px=(160, 0))


@dataclass
class Meters:
    """Stand-ins that count what the test says."""

    count: int = 0
    in_: int = 0
    out: int = 0


def builder() -> HistoryBuilder:
    return HistoryBuilder(WH, [Area.of(HALL, None)], [STAIRS])


def ground(boxes: Sequence[Box], t_s: float, motion: Motion | None = None) -> GroundTracks:
    return (Motion(None) if motion is None else motion).step(tracked(boxes, t_s, wh=WH))


def add(history: HistoryBuilder, t_s: float, people: int = 0, meters: Meters | None = None) -> None:
    meters = meters or Meters()
    boxes = [person(20 + 30 * i, 200, 60) for i in range(people)]
    history.add(ground(boxes, t_s), [meters], [meters])  # type: ignore[list-item]


def filled(times_s: Iterable[float], people: int = 1) -> HistoryBuilder:
    history = builder()
    for t_s in times_s:
        add(history, t_s, people)
    return history


def test_a_bucket_is_a_second_and_holds_the_mean() -> None:
    history = builder()
    for t_s in every(0.1, 3.0):
        add(history, t_s, people=1 if t_s < 1 else 3, meters=Meters(count=2))
    built = history.build(is_metric=False)
    assert built.bucket_s == 1.0
    assert built.people == (1.0, 3.0, 3.0)
    assert built.zones[0].count == (2.0, 2.0, 2.0)
    assert (built.zones[0].name, built.zones[0].polygon_px) == ("hall", HALL.polygon_px)


def test_eight_hours_fit_and_no_person_second_is_lost_in_merging() -> None:
    history = filled(every(2.0, 8 * 3600.0))
    built = history.build(is_metric=False)
    assert MAX_BUCKETS / 2 <= len(built.people) <= MAX_BUCKETS < 1200
    assert built.bucket_s * len(built.people) >= 8 * 3600 - built.bucket_s
    assert math.log2(built.bucket_s) % 1 == 0
    frames = 8 * 3600 // 2
    # A frame speaks for a second at most, so two seconds between frames are half covered.
    assert sum(history._people.sums) == pytest.approx(frames - 1)
    assert built.heat.sum() == pytest.approx(frames - 1)


@settings(max_examples=30)
@given(st.lists(st.floats(0.05, 400.0), min_size=2, max_size=60), st.integers(0, 4))
def test_person_seconds_are_the_same_in_every_sum(steps_s: list[float], people: int) -> None:
    history = filled([0.0, *itertools.accumulate(steps_s)], people)
    covered_s = sum(min(step, 1.0) for step in steps_s)
    built = history.build(is_metric=False)
    assert built.heat.sum() == pytest.approx(people * covered_s)
    assert sum(history._people.sums) == pytest.approx(people * covered_s)
    assert sum(history._covered.sums) == pytest.approx(covered_s)
    assert len(built.people) <= MAX_BUCKETS
    known = [mean for mean in built.people if not math.isnan(mean)]
    assert known == pytest.approx([people] * len(known), abs=0.001)


def test_time_without_a_picture_is_unknown_not_empty() -> None:
    history = builder()
    for t_s in [*every(0.5, 3.0), *every(0.5, 13.0, from_s=10.0)]:
        if t_s == 10.0:
            history.gap()
        add(history, t_s, people=2)
    people = history.build(is_metric=False).people
    assert len(people) == 13
    assert people[:3] == people[10:] == (2.0, 2.0, 2.0)
    assert all(math.isnan(mean) for mean in people[3:10])


def test_one_picture_says_who_is_in_it_though_it_speaks_for_no_time() -> None:
    built = filled([0.0], people=2).build(is_metric=False)
    assert built.people == (2.0,)
    assert built.heat.sum() == pytest.approx(0.0, abs=1e-5)


def test_crossings_are_counted_where_they_happen_and_never_lost() -> None:
    history, meters = builder(), Meters()
    for n, t_s in enumerate(every(0.5, 2000.0)):
        meters.in_ += n % 10 == 0
        meters.out += n % 25 == 0
        add(history, t_s, meters=meters)
    (line,) = history.build(is_metric=False).lines
    assert (sum(line.in_), sum(line.out)) == (meters.in_, meters.out) == (400, 160)
    assert len(line.in_) == len(line.out) == len(history.build(is_metric=False).people)
    assert set(line.in_[:-1]) <= {0, 1, 2}


def test_the_heat_is_where_the_feet_are() -> None:
    history = builder()
    for t_s in every(0.1, 2.0):
        history.add(ground([person(100, 180, 60)], t_s), [Meters()], [Meters()])  # type: ignore[list-item]
    heat = history.build(is_metric=False).heat
    ((row, column),) = np.argwhere(heat > 0).tolist()
    assert (row, column) == (180 * heat.shape[0] // 240, 100 * heat.shape[1] // 320)


@pytest.mark.parametrize("foot", [(-1, 100), (321, 100), (100, -1), (100, 241)])
def test_a_foot_below_or_beside_the_picture_heats_nothing(foot: tuple[float, float]) -> None:
    history = builder()
    for t_s in every(0.1, 1.0):
        history.add(ground([person(*foot, 60)], t_s), [Meters()], [Meters()])  # type: ignore[list-item]
    assert history.build(is_metric=False).heat.sum() == 0


def test_a_foot_on_the_lower_right_corner_is_inside() -> None:
    history = builder()
    for t_s in every(0.1, 1.05):
        history.add(ground([person(320, 240, 60)], t_s), [Meters()], [Meters()])  # type: ignore[list-item]
    assert history.build(is_metric=False).heat[-1, -1] == pytest.approx(0.9)


def test_speeds_are_person_seconds_at_each_speed() -> None:
    calibration = camera().calibration
    assert calibration is not None
    motion, history, known = Motion(make_plane(calibration, WH)), builder(), 0
    for t_s in every(0.1, 4.0):
        rows = ground([person(60 + 35 * t_s, 200, 60), person(250, 200, 60)], t_s, motion)
        known += int(np.isfinite(rows.vel_mps[:, 0]).sum())
        history.add(rows, [Meters()], [Meters()])  # type: ignore[list-item]
    built = history.build(is_metric=True)
    assert sum(built.speed_s) == pytest.approx(known * 0.1)
    by_speed = dict(zip(built.speed_edges_mps[:-1], built.speed_s, strict=True))
    assert by_speed[0.0] == pytest.approx(sum(built.speed_s) / 2, abs=0.11), "one stands"
    metres = np.diff(motion._plane.to_floor(np.array([[60.0, 200], [95, 200]])).pos_m, axis=0)  # type: ignore[union-attr]
    (walking,) = [edge for edge, s in by_speed.items() if edge > 0 and s > 1]
    assert walking <= np.hypot(*metres[0]) <= walking + 0.1, "the other walks at one speed"


def test_faster_than_the_last_edge_counts_in_the_last_bucket() -> None:
    rows = ground([person(100, 200, 60)], 0.0)
    columns = {name: getattr(rows, name) for name in GroundTracks.__slots__}
    history = builder()
    for t_s in every(0.5, 2.0):
        at = ground([], t_s).at
        fast = GroundTracks(**{**columns, "at": at, "vel_mps": [[9.0, 0.0]]})
        history.add(fast, [Meters()], [Meters()])  # type: ignore[list-item]
    assert history.build(is_metric=True).speed_s[-1] == pytest.approx(1.5)


def test_without_a_floor_there_are_no_speeds() -> None:
    built = filled(every(0.1, 1.0)).build(is_metric=False)
    assert built.speed_edges_mps == built.speed_s == ()


def test_it_takes_the_real_meters() -> None:
    zone, line = ZoneMeter("c", Area.of(HALL, None)), LineMeter("c", Crossings(Gate.of(STAIRS, None)))
    history = builder()
    for t_s in every(0.1, 6.0):
        rows = ground([person(40 + 40 * t_s, 200, 60)], t_s)
        zone.step(rows)
        line.step(rows)
        history.add(rows, [zone], [line])
    built = history.build(is_metric=False)
    assert built.zones[0].count[1:3] == (1.0, 1.0)
    assert built.zones[0].count[-1] == 0.0
    assert sum(built.lines[0].in_) + sum(built.lines[0].out) == 1


def test_what_was_built_stays_as_it_was() -> None:
    history = filled(every(0.1, 1.0))
    built = history.build(is_metric=False)
    before = json.dumps([built.people, built.heat.tolist()])
    for t_s in every(0.1, 2.0, from_s=1.0):
        add(history, t_s, people=4)
    assert json.dumps([built.people, built.heat.tolist()]) == before

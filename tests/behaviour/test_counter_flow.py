"""Against the direction of a zone, given or learned; and what is not against it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passerby.behaviour.counter_flow import CounterFlow
from passerby.behaviour.main_flow import MainFlow
from passerby.contracts.calibration_settings import Calibration, CalibrationPoint
from passerby.contracts.errors import CalibrationError
from passerby.contracts.rules import CounterFlowRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.ground.calibration.calibrate import make_plane
from support.rows import Spot, area, frame, px

CORNERS = [(0.0, 0.0), (20.0, 0.0), (20.0, 10.0), (0.0, 10.0)]
PLANE = make_plane(Calibration(points=tuple(CalibrationPoint(px=px(m), m=m) for m in CORNERS)), (2000, 1000))
ARROW = (px((0.0, 5.0)), px((10.0, 5.0)))  # towards +x
RULE = CounterFlowRule(kind="counter_flow", zone="z", direction_px=ARROW, hold_s=2.0, travel_m=3.0)
FLOOR = area(0, 0, 20, 10)


def look(
    t_s: float, people: dict[int, tuple[Spot, Spot]], removed: tuple[int, ...] = (), speed_sd: float = 0.05
) -> Scene:
    """People by number: where, and how fast."""
    spots, vel = {k: p for k, (p, _) in people.items()}, {k: v for k, (_, v) in people.items()}
    ground = frame(t_s, spots, vel_mps=vel, removed=removed, speed_sd=speed_sd)
    pos = np.array(list(spots.values())).reshape(-1, 2)
    return Scene(replace(ground, pos_m=pos, on_floor=np.ones(len(people), bool)))


def walk(
    vel: Spot,
    seconds: float,
    start: Spot = (15.0, 5.0),
    rule: CounterFlowRule = RULE,
    fps: int = 5,
    speed_sd: float = 0.05,
) -> list[float]:
    """One walker; at which times a hit is reported."""
    watcher, reported = CounterFlow(0, rule, FLOOR, PLANE), []
    for k in range(round(seconds * fps) + 1):
        t = k / fps
        if watcher.step(look(t, {1: ((start[0] + vel[0] * t, start[1] + vel[1] * t), vel)}, speed_sd=speed_sd)):
            reported.append(t)
    return reported


@pytest.mark.parametrize("fps", [5, 25])
@pytest.mark.parametrize(
    ("vel", "first_s", "why"),
    [
        ((1.3, 0.0), None, "with it"),
        ((0.0, 1.3), None, "across it"),
        ((-0.5, 1.2), None, "mostly across it"),
        ((-0.3, 0.0), None, "not walking"),
        ((-1.3, 0.0), 2.4, "against it: 3 m take 2.31 s"),
        ((-3.0, 0.0), 2.0, "running: 3 m after 1 s, but it must last 2 s"),
        ((-1.0, 0.5), 3.0, "at an angle: 3 m against it take 3 s"),
    ],
)
def test_who_goes_against(vel: Spot, first_s: float | None, why: str, fps: int) -> None:
    reported = walk(vel, 3.6, fps=fps)
    if first_s is None:
        assert reported == [], why
    else:
        assert reported[0] == pytest.approx(first_s, abs=0.11 + 1 / fps), why


@pytest.mark.parametrize(
    ("speed_mps", "speed_sd", "reported"),
    [(1.3, 0.4, True), (0.8, 0.35, True), (0.7, 0.35, False), (3.4, 0.6, False), (4.2, 1.7, False)],
)
def test_a_speed_that_is_hardly_known_is_against_nothing(
    speed_mps: float, speed_sd: float, reported: bool
) -> None:
    """Who changes places with somebody 8 m behind seems to run there, with an error of metres per second."""
    assert bool(walk((-speed_mps, 0.0), 6.0, speed_sd=speed_sd)) is reported


def test_who_is_back_where_they_began_has_got_nowhere() -> None:
    """The way got against the direction is that of now: at 2 m/s back and forth it was 4 m for a moment only."""
    watcher, reported = CounterFlow(0, RULE, FLOOR, PLANE), {}
    for k in range(60):
        t = k / 10
        x, vx = (15.0 - 2 * t, -2.0) if t < 1.9 else (15 - 3.8 + 2 * (t - 1.9), 2.0)
        reported[t] = bool(watcher.step(look(t, {1: ((x, 5.0), (vx, 0.0))})))
    assert any(reported[t] for t in reported if t <= 2.3), "3 m and more, for 2 s"
    assert not any(reported[t] for t in reported if t > 2.4), "less than 3 m"


def test_a_pause_is_forgiven_and_turning_round_is_not() -> None:
    watcher = CounterFlow(0, RULE, FLOOR, PLANE)
    x, reported = 15.0, {}
    for k in range(120):
        t = k / 10
        vx = -1.3 if t < 2 or 3 <= t < 4 else 0.0 if t < 4 else 1.3
        x += vx / 10
        reported[t] = bool(watcher.step(look(t, {1: ((x, 5.0), (vx, 0.0))})))
    assert not any(reported[t] for t in reported if t < 3), "2.6 m so far"
    assert any(reported[t] for t in reported if 3 <= t <= 4), "3.9 m with the pause"
    assert not any(reported[t] for t in reported if t > 6.2), "they walk with the others now"


def test_a_walk_ends_outside_the_zone_too() -> None:
    """Against the flow for 1 s, beside the zone for 5 s, and against it again: that is a second walk."""
    watcher, reported = CounterFlow(0, RULE, FLOOR, PLANE), []
    for k in range(100):
        t = k / 10
        where = (15.0 - 1.3 * t, 5.0) if t < 1 else (12.0, 12.0) if t < 6 else (12.0 - 1.3 * (t - 6), 5.0)
        if watcher.step(look(t, {1: (where, (-1.3, 0.0))})):
            reported.append(t)
    assert reported[0] == pytest.approx(6 + 3 / 1.3, abs=0.2)


def test_min_people_reports_of_the_group_once() -> None:
    rule = RULE.model_copy(update={"min_people": 3})
    for n, reported in ((2, 0), (3, 1), (5, 1)):
        watcher, hits = CounterFlow(0, rule, FLOOR, PLANE), []
        for k in range(16):
            t = k / 5
            hits = watcher.step(look(t, {i: ((15 - 1.3 * t, 2.0 + i), (-1.3, 0.0)) for i in range(n)}))
        assert len(hits) == reported
        if hits:
            assert (hits[0].people, hits[0].subject.track) == (n, None)


def test_the_main_flow_is_learned_and_stays_after_an_interruption() -> None:
    watcher = CounterFlow(0, RULE.model_copy(update={"direction_px": None}), FLOOR, PLANE)
    contrary = {99: ((15.0, 5.0), (-1.3, 0.0))}
    assert not watcher.step(look(0.0, contrary)), "no direction is known yet"
    for k in range(40):
        watcher.step(look(k / 5, {i: ((5.0 + i, 3.0), (1.2, 0.1)) for i in range(6)}))
    watcher.reset()
    reported = []
    for k in range(20):
        t = 9 + k / 5
        reported += watcher.step(look(t, {99: ((15 - 1.3 * k / 5, 5.0), (-1.3, 0.0))}))
    assert reported
    assert {hit.subject.track for hit in reported} == {99}


def test_without_a_floor_it_is_refused() -> None:
    with pytest.raises(CalibrationError, match="needs a calibration"):
        CounterFlow(0, RULE, FLOOR, None)


def feed(flow: MainFlow, seconds: int, *vel: Spot, from_s: float = 0.0) -> None:
    for k in range(seconds * 5 + 1):
        flow.add(Timestamp(round((from_s + k / 5) * NS_PER_S)), np.array(vel).reshape(-1, 2))


@pytest.mark.parametrize(
    ("vel", "known", "why"),
    [
        ([(1.2, 0.0)], True, "everybody one way"),
        ([(1.2, 0.0)] * 3 + [(-1.2, 0.0)], True, "three to one"),
        ([(1.2, 0.0), (-1.2, 0.0)], False, "half and half"),
        ([(0.2, 0.0)], False, "nobody walks"),
        ([], False, "nobody is there"),
    ],
)
def test_main_flow(vel: list[Spot], known: bool, why: str) -> None:
    flow = MainFlow()
    feed(flow, 30, *vel)
    direction = flow.direction()
    assert (direction is not None) is known, why
    if direction is not None:
        assert direction == pytest.approx([1.0, 0.0], abs=1e-9)


def test_the_main_flow_turns_with_the_day() -> None:
    flow = MainFlow()
    feed(flow, 60, (1.2, 0.0))
    feed(flow, 60, (-1.2, 0.0), from_s=3600.0)
    direction = flow.direction()
    assert direction is not None
    assert direction[0] < -0.9

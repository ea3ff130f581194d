"""Fast for long enough and far enough, and surely so."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.behaviour.fast_movement import LEVEL_MPS, RELEASE_SHARE, STAIRS_MPS, FastMovement
from passerby.contracts.people import Hit
from passerby.contracts.rules import FastMovementRule
from passerby.contracts.scene import Scene
from passerby.contracts.trains import TrainState
from support.rows import area, frame, scene

RULE = FastMovementRule(kind="fast_movement", zone="z", hold_s=1.0, travel_m=2.0, sigmas=1.0)


def reports_of(
    speeds: list[float], rule: FastMovementRule = RULE, kind: str = "area", sd: float = 0.1
) -> list[Hit]:
    """One person in the zone, 10 frames a second; None-like NaN is a frame without a speed."""
    watcher, hits = FastMovement(2, rule, area(kind=kind)), []
    for k, speed in enumerate(speeds):
        hits += watcher.step(scene(k / 10, {1: (2, 2)}, vel_mps={1: (0.6 * speed, -0.8 * speed)}, speed_sd=sd))
    return hits


CASES = [
    ([3.0] * 11, RULE, "area", 0.1, True, "1.0 s at 3 m/s"),
    ([3.0] * 10, RULE, "area", 0.1, False, "0.9 s is too short"),
    ([2.35] * 30, RULE, "area", 0.1, False, "2.35 minus its error is below 2.3"),
    ([2.45] * 30, RULE, "area", 0.1, True, "2.45 minus its error is above"),
    ([3.0] * 30, RULE, "area", 0.9, False, "3 m/s, give or take 0.9, is not sure"),
    ([2.7] * 30, RULE, "area", 0.21, False, "an error above 0.2 m/s is not judged"),
    ([2.7] * 30, RULE, "area", 0.19, True, "one below it is"),
    ([3.3] * 30, RULE, "area", 0.32, True, "nor above it, unless three of them less is still a runner"),
    ([3.3] * 30, RULE, "area", 0.34, False, "which it is not here"),
    ([5.6] * 30, RULE, "area", 0.51, False, "an error above 0.5 m/s is no measurement, however fast"),
    ([1.9] * 30, RULE, "area", 0.1, False, "a fast walker on the level"),
    ([1.9] * 30, RULE, "stairs", 0.1, True, "is a runner on stairs"),
    ([3.0] * 8 + [1.0] + [3.0] * 8, RULE, "area", 0.1, False, "a pause starts anew"),
    ([3.0] * 8 + [2.2] + [3.0] * 8, RULE, "area", 0.1, True, "a stride just below the threshold does not"),
    ([np.nan] * 30, RULE, "area", 0.1, False, "no speed, no runner"),
    ([7.5] * 12, RULE, "area", 0.1, True, "a sprinter"),
    ([14.0] * 30, RULE, "area", 0.1, False, "what looks like a person on an arriving train is none"),
    ([3.0] * 30, RULE.model_copy(update={"speed_mps": 4.0}), "area", 0.1, False, "the rule's own threshold"),
    ([3.0] * 12, RULE.model_copy(update={"travel_m": 5.0}), "area", 0.1, False, "3.3 m are not far enough"),
    ([3.0] * 12, RULE.model_copy(update={"hold_s": 0, "travel_m": 0}), "area", 0.1, True, "at once if so wished"),
    ([2.35] * 12, RULE.model_copy(update={"sigmas": 0}), "area", 0.1, True, "errors may be left aside"),
]


@pytest.mark.parametrize(("speeds", "rule", "kind", "sd", "reported", "why"), CASES)
def test_who_is_fast(
    speeds: list[float], rule: FastMovementRule, kind: str, sd: float, reported: bool, why: str
) -> None:
    assert bool(reports_of(speeds, rule, kind, sd)) is reported, why


def test_a_hit_says_how_fast_how_far_and_since_when() -> None:
    hit = reports_of([1.0] * 5 + [3.0] * 10 + [4.0] * 3)[-1]
    figures = {m.name: (m.value, m.unit, m.sd) for m in hit.measures}
    assert figures["speed"] == (4.0, "m/s", 0.1)
    assert figures["travel"][0] == pytest.approx(9 * 0.3 + 3 * 0.4, abs=0.06)
    assert (hit.began_s, hit.rule, hit.place) == (0.5, 2, "z")


def test_running_outside_the_zone_does_not_add_up() -> None:
    """Fast for 0.5 s in the zone, 20 s beside it, fast again in it: not yet a second."""
    watcher, fast = FastMovement(0, RULE, area()), {1: (3.0, 0.0)}
    for k in range(220):
        inside = k < 5 or k > 210
        spot = (2.0, 2.0) if inside else (9.0, 9.0)
        assert watcher.step(scene(k / 10, {1: spot}, vel_mps=fast)) == []


def test_a_frame_without_the_box_does_not_break_a_run() -> None:
    watcher, fast = FastMovement(0, RULE, area()), {1: (3.0, 0.0)}
    hits = [
        h
        for k in range(13)
        for h in watcher.step(scene(k / 10, {1: (2, 2)}, predicted=[1] * (k in (4, 5)), vel_mps=fast))
    ]
    assert len(hits) == 3
    assert [
        h
        for k in range(13)
        for h in watcher.step(scene(2 + k / 10, {2: (2, 2)}, predicted=[2], vel_mps={2: (3, 0)}))
    ] == []


def test_the_doubtful_do_not_run() -> None:
    watcher = FastMovement(0, RULE, area())
    for k in range(30):
        assert watcher.step(scene(k / 10, {1: (2, 2)}, unconfirmed=[1], vel_mps={1: (3, 0)})) == []
    assert len(watcher) == 0


def test_state_ends_with_the_track_and_with_the_picture() -> None:
    watcher = FastMovement(0, RULE, area())
    watcher.step(scene(0, {1: (2, 2), 2: (3, 3)}, vel_mps={1: (3, 0), 2: (3, 0)}))
    assert len(watcher) == 2
    watcher.step(scene(0.1, {2: (3, 3)}, removed=[1], vel_mps={2: (3, 0)}))
    assert len(watcher) == 1
    watcher.reset()
    assert len(watcher) == 0


def test_thresholds_are_where_walkers_end() -> None:
    """2.3 m/s is 3.7 standard deviations above the mean walker; the release is still above nearly all of them."""
    assert (LEVEL_MPS - 1.34) / 0.26 > 3.5
    assert RELEASE_SHARE * LEVEL_MPS > 1.34 + 2 * 0.26
    assert STAIRS_MPS == 105 / 60


RUSH = RULE.model_copy(update={"min_people": 3})


@pytest.mark.parametrize(
    ("headings", "starts_s", "reported", "why"),
    [
        ((0, 0, 0), (0, 0.5, 1.0), True, "three the same way within three seconds"),
        ((0, 20, -20), (0, 0, 0), True, "roughly the same way"),
        ((0, 0, 180), (0, 0, 0), False, "one runs against the others"),
        ((0, 0, 0), (0, 0, 8.0), False, "the third comes much later"),
        ((0, 0), (0, 0), False, "two are no rush"),
    ],
)
def test_a_rush(headings: tuple[float, ...], starts_s: tuple[float, ...], reported: bool, why: str) -> None:
    watcher, hits = FastMovement(0, RUSH, area()), []
    for k in range(110):
        now = k / 10
        running = [n for n, start in enumerate(starts_s) if start <= now < start + 2]
        vel = {n: (3 * np.cos(np.radians(headings[n])), 3 * np.sin(np.radians(headings[n]))) for n in running}
        hits += watcher.step(scene(now, {n: (1 + n, 2) for n in running}, vel_mps=vel, speed_sd=0.1))
    assert bool(hits) is reported, why
    assert all(hit.subject.track is None and hit.people == 3 for hit in hits), "one hit for the zone"


def test_a_run_does_not_outlast_a_second_unseen() -> None:
    watcher, fast = FastMovement(0, RULE, area()), {1: (3.0, 0.0)}
    for k in (0, 1, 2, 30, 31):
        assert watcher.step(scene(k / 10, {1: (2, 2)}, vel_mps=fast, speed_sd=0.1)) == []


@pytest.mark.parametrize(("quiet_s", "reported"), [(None, True), (0.0, False), (30.0, False)])
def test_who_runs_for_a_train_need_not_be_reported(quiet_s: float | None, reported: bool) -> None:
    rule = FastMovementRule(kind="fast_movement", zone="z", doors_quiet_s=quiet_s)
    watcher, hits = FastMovement(0, rule, area(x1=40.0)), []
    for k in range(30):
        ground = frame(k / 10, {1: (0.4 * k, 2.0)}, vel_mps={1: (4.0, 0.0)})
        hits += watcher.step(Scene(ground, (TrainState("t", True, ground.at, 0),)))
    assert bool(hits) == reported


def test_once_the_train_is_long_gone_runners_are_reported_again() -> None:
    rule = FastMovementRule(kind="fast_movement", zone="z", doors_quiet_s=1.0)
    watcher, first = FastMovement(0, rule, area(x1=40.0)), None
    for k in range(40):
        ground = frame(k / 10, {1: (0.4 * k, 2.0)}, vel_mps={1: (4.0, 0.0)})
        hits = watcher.step(Scene(ground, (TrainState("t", k < 15, ground.at, int(k >= 15)),)))
        first = k if hits and first is None else first
    assert first is not None
    assert 24 <= first <= 26

"""One event for three signs; a train makes staying at the edge ordinary."""

from __future__ import annotations

import pytest

from passerby.behaviour.may_need_help import MayNeedHelp
from passerby.contracts.people import Hit
from passerby.contracts.rules import MayNeedHelpRule
from passerby.contracts.scene import NO_OBJECTS, Scene, TrainState
from support.rows import Spot, area, frame
from support.still_objects import objects_at

RULE = MayNeedHelpRule(kind="may_need_help", zone="edge", edge_dwell_s=30.0)
EDGE = area(0, 0, 20, 1.5)


def watch(
    way: list[Spot], rule: MayNeedHelpRule = RULE, train: tuple[float, float] = (-1, -1), bag: bool = False
) -> list[Hit]:
    """One person, a place a second; a train is there between the two times; perhaps a bag from the start."""
    watcher, hits = MayNeedHelp(0, rule, EDGE, None), list[Hit]()
    for k, spot in enumerate(way):
        is_there = train[0] <= k < train[1]
        trains = (TrainState("track", is_there, frame(k).at, 0),)
        objects = objects_at(float(k), (18.0, 0.5)) if bag else NO_OBJECTS
        hits += watcher.step(Scene(frame(k, {1: spot}), trains, objects))
    return hits


def reasons(hits: list[Hit]) -> set[object]:
    return {hit.measures[0].value for hit in hits}


PACES = [(5 + (k % 10 if k % 20 < 10 else 10 - k % 10), 0.7) for k in range(70)]
CASES = [
    ([(9.0, 0.7)] * 31, RULE, (-1, -1), {"edge_dwell"}, "half a minute at the edge"),
    ([(9.0, 0.7)] * 30, RULE, (-1, -1), set(), "a moment less"),
    ([(9.0, 5.0)] * 99, RULE, (-1, -1), set(), "half a minute behind the line"),
    ([(9.0, 0.7)] * 50, RULE, (25, 45), set(), "boards the train that comes"),
    ([(9.0, 0.7)] * 80, RULE, (25, 45), {"edge_dwell"}, "stays after it left, half a minute more"),
    (PACES, RULE.model_copy(update={"edge_dwell_s": None}), (-1, -1), {"pacing"}, "to and fro"),
    (PACES, RULE.model_copy(update={"edge_dwell_s": None, "pacing_turns": None}), (-1, -1), set(), "switched off"),
]


@pytest.mark.parametrize(("way", "rule", "train", "want", "why"), CASES, ids=[c[4] for c in CASES])
def test_signs(
    way: list[Spot], rule: MayNeedHelpRule, train: tuple[float, float], want: set[object], why: str
) -> None:
    assert reasons(watch(way, rule, train)) == want, why


def test_something_left_at_the_edge_is_the_same_event() -> None:
    hits = watch([(9.0, 9.0)] * 80, bag=True)
    assert reasons(hits) == {"left_object"}
    assert hits[0].people == 0
    assert not watch([(9.0, 9.0)] * 80, RULE.model_copy(update={"object_still_s": None}), bag=True)


def test_nobody_is_reported_twice_in_one_frame() -> None:
    hits = watch(PACES)
    assert reasons(hits) == {"edge_dwell"}
    assert len(hits) == 40


def test_an_interruption_resets_all_three() -> None:
    watcher = MayNeedHelp(0, RULE, EDGE, None)
    watcher.step(Scene(frame(0, {1: (9.0, 0.7)}), objects=objects_at(0.0, (18.0, 0.5))))
    assert len(watcher) >= 3
    watcher.reset()
    assert len(watcher) == 0

"""Left alone: long enough, in the zone, and nobody near; and what the hits and incidents say."""

from __future__ import annotations

import itertools

import pytest

from passerby.behaviour.incidents import Incidents
from passerby.behaviour.left_object import ALONE_S, LeftObject, Unattended
from passerby.contracts.events import Event
from passerby.contracts.rules import LeftObjectRule
from passerby.contracts.scene import Scene
from support.rows import Spot, area, frame
from support.still_objects import objects_at

RULE = LeftObjectRule(kind="left_object", zone="z")


def test_two_objects_are_two_incidents_and_each_is_reported_once() -> None:
    watcher, numbers = LeftObject(0, RULE, area(), None), itertools.count()
    incidents = Incidents("cam", [RULE], lambda: f"i{next(numbers)}")
    events: list[Event] = []
    for k in range(100):
        scene = Scene(frame(k), objects=objects_at(float(k), (0.5, 0.5), (3.5, 3.5)))
        events += incidents.step(watcher.step(scene), scene.at)
    events += incidents.end_all()
    assert [(e.id, e.phase.value) for e in events] == [
        *(("i0", "start"), ("i1", "start"), ("i0", "end"), ("i1", "end"))
    ]
    start = events[0]
    assert (start.kind, start.place, start.people, start.began_s) == ("left_object", "z", 0, 0.0)
    assert (start.measures[0].name, start.measures[0].value) == ("still", 60.0)
    assert len(watcher) == 2
    watcher.reset()
    assert len(watcher) == 0


def left(people: dict[int, Spot], spot: Spot = (2.0, 2.0), seconds: float = 70.0, predicted: bool = False) -> bool:
    """Whether the object counts as left after it lay there for `seconds` with `people` about."""
    watch = Unattended(area(), None, 2.0)
    for k in range(round(seconds) + 1):
        ground = frame(k, people, predicted=people if predicted else ())
        found = watch.step(Scene(ground, objects=objects_at(float(k), spot)), 60.0)
    assert all((still.value, began_s) == (seconds, 0.0) for _, still, began_s in found)
    return len(found) == 1


CASES: list[tuple[dict[int, Spot], Spot, float, bool, str]] = [
    ({}, (2, 2), 70, True, "alone for more than a minute"),
    ({}, (2, 2), 59, False, "not yet a minute"),
    ({}, (9, 9), 70, False, "outside the zone"),
    ({1: (3, 2)}, (2, 2), 70, False, "somebody is a metre away"),
    ({1: (2, 3.9)}, (2, 2), 70, False, "somebody is 1.9 m away"),
    ({1: (2, 4.1)}, (2, 2), 70, True, "somebody is 2.1 m away"),
]


@pytest.mark.parametrize(("people", "spot", "seconds", "want", "why"), CASES, ids=[c[4] for c in CASES])
def test_left_alone(people: dict[int, Spot], spot: Spot, seconds: float, want: bool, why: str) -> None:
    assert left(people, spot, seconds) is want, why


def test_somebody_occluded_near_it_still_looks_after_it() -> None:
    assert not left({1: (3.0, 2.0)}, predicted=True)


def test_who_walks_away_must_be_away_for_a_moment() -> None:
    watch, when = Unattended(area(), None, 2.0), list[float]()
    for k in range(160):
        people = {1: (2.5, 2.0)} if k < 100 else {}
        if watch.step(Scene(frame(k, people), objects=objects_at(float(k), (2.0, 2.0))), 60.0):
            when.append(k)
    assert when[0] == 100 + ALONE_S


def test_objects_that_are_gone_and_interruptions_are_forgotten() -> None:
    watch = Unattended(area(), None, 2.0)
    watch.step(Scene(frame(0), objects=objects_at(0.0, (1.0, 1.0), (3.0, 3.0))), 60.0)
    assert len(watch) == 2
    watch.step(Scene(frame(1), objects=objects_at(1.0, (1.0, 1.0))), 60.0)
    assert len(watch) == 1
    watch.reset()
    assert len(watch) == 0


def test_an_object_is_never_taken_for_a_person() -> None:
    watch = Unattended(area(), None, 2.0)
    for k in range(70):
        found = watch.step(Scene(frame(k), objects=objects_at(float(k), (1.0, 1.0), (3.0, 3.0))), 60.0)
    assert [subject.track for subject, _, _ in found] == [-1, -2]

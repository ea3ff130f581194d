"""The rule around `Unattended`: what its hits and incidents say."""

from __future__ import annotations

import itertools

from passerby.behaviour.incidents import Incidents
from passerby.behaviour.left_object import LeftObject
from passerby.contracts.events import Event
from passerby.contracts.rules import LeftObjectRule
from passerby.contracts.scene import Scene
from support.rows import area, frame
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

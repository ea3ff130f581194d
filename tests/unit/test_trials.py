"""The comparison of tried with present rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from passerby.contracts.config import Camera
from passerby.contracts.drawing import DrawnPlaces, DrawnZone
from passerby.contracts.events import Event, Phase, Severity
from passerby.unit.trials import MOST_KEPT, Trials

CAMERA = Camera(name="hall", source="rtsp://h/1")
DRAWN = DrawnPlaces(
    camera="hall",
    picture_px=(9, 9),
    zones=(DrawnZone(name="new", was="old", polygon_px=((0, 0), (1, 0), (1, 1))),),
)


def event(id_: str, began_s: float, at_s: float, place: str = "old", kind: str = "loitering") -> Event:
    return Event(
        id=id_, seq=0, kind=kind, phase=Phase.START, camera="hall", place=place, began_s=began_s, at_s=at_s,
        utc=None, people=1, severity=Severity.INFO, measures=(),
    )  # fmt: skip


def begun() -> Trials:
    trials = Trials()
    trials.start(CAMERA, DRAWN, "anna", 5)
    return trials


@pytest.mark.parametrize(
    ("now", "tried", "by"),
    [
        (event("a", 0, 60), event("t", 0, 90, "new"), ["both"]),
        (event("a", 0, 60), event("t", 0, 90, "old"), ["both"]),
        (event("a", 0, 60), event("t", 61, 90, "new"), ["trial", "now"]),
        (event("a", 0, 60), event("t", 0, 90, "elsewhere"), ["trial", "now"]),
        (event("a", 0, 60, kind="fall"), event("t", 0, 90, "new"), ["trial", "now"]),
        (event("a", 0, 60, ""), event("t", 0, 90, "new"), ["trial"]),
    ],
    ids=["renamed", "same", "later", "other place", "other kind", "a camera fault"],
)
def test_what_overlaps_is_the_same_incident(now: Event, tried: Event, by: list[str]) -> None:
    trials = begun()
    trials.watch("hall").take([now], [tried])
    state = trials.state("hall")
    assert state is not None
    assert [one.by for one in state.incidents] == by
    assert (state.actor, state.since_ms, state.drawn) == ("anna", 5, DRAWN)


def test_the_newest_report_of_an_incident_counts_and_the_number_is_bounded() -> None:
    trials = begun()
    for k in range(MOST_KEPT + 5):
        trials.take("hall", [], [event(f"t{k}", k, k), replace(event(f"t{k}", k, k), people=2)])
    state = trials.state("hall")
    assert state is not None
    assert len(state.incidents) == state.count("trial") == MOST_KEPT
    assert {one.event.people for one in state.incidents} == {2}
    assert state.incidents[0].event.id == f"t{MOST_KEPT + 4}"


def test_a_trial_ends_and_one_camera_has_no_other() -> None:
    trials = begun()
    watch = trials.watch("hall")
    assert watch.camera is CAMERA
    assert trials.watch("other").camera is None
    trials.keep_only(["other"])
    assert watch.camera is None
    watch.take([], [event("t", 0, 1)])
    assert trials.state("hall") is None

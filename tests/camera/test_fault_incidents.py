"""A fault of the picture is one incident with a start, an end and a duration."""

from __future__ import annotations

from itertools import count

from passerby.camera.fault_incidents import FaultIncidents
from passerby.contracts.camera_faults import COVERED, DARK, CameraFault
from passerby.contracts.event_kinds import EventKind
from passerby.contracts.events import Event, Measure, Phase, Severity
from passerby.contracts.time import NS_PER_S, Timestamp


def at(s: float) -> Timestamp:
    return Timestamp(round(s * NS_PER_S))


def fault(kind: EventKind, since_s: float) -> CameraFault:
    return CameraFault(kind, at(since_s), (Measure("hidden", 0.4),))


def incidents() -> FaultIncidents:
    numbers = count(1)
    return FaultIncidents("platform-1", lambda: f"i{next(numbers)}")


def told(events: list[Event]) -> list[tuple[str, str, Phase]]:
    return [(event.id, event.kind, event.phase) for event in events]


def test_a_fault_starts_once_and_ends_with_its_duration() -> None:
    camera = incidents()
    (start,) = camera.step([fault(COVERED, 10)], at(14))
    assert (start.began_s, start.at_s, start.place, start.people) == (10, 14, "", 0)
    assert start.severity is Severity.ALARM
    assert camera.step([fault(COVERED, 10)], at(15)) == []
    (end,) = camera.step([], at(40))
    assert (end.id, end.seq, end.phase) == (start.id, 1, Phase.END)
    assert end.measures == (Measure("hidden", 0.4), Measure("duration", 30.0, "s"))


def test_two_faults_are_two_incidents() -> None:
    camera = incidents()
    assert told(camera.step([fault(COVERED, 1), fault(DARK, 2)], at(6))) == [
        ("i1", "camera_covered", Phase.START),
        ("i2", "camera_dark", Phase.START),
    ]
    assert told(camera.step([fault(DARK, 2)], at(7))) == [("i1", "camera_covered", Phase.END)]


def test_an_interruption_ends_what_is_open_and_a_fault_that_lasts_starts_again() -> None:
    camera = incidents()
    assert camera.end_all() == []
    camera.step([fault(COVERED, 1)], at(6))
    assert told(camera.end_all()) == [("i1", "camera_covered", Phase.END)]
    assert told(camera.step([fault(COVERED, 1)], at(9))) == [("i2", "camera_covered", Phase.START)]

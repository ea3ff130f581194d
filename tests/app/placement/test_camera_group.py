"""A group of cameras: its results as values, and its lease."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from passerby.app.placement import camera_group
from passerby.app.placement.camera_group import CameraGroup
from passerby.contracts.config import Camera, Unit
from passerby.contracts.events import Event
from support.fakes import ColourDetector, ListSource, every, frames_of
from support.stage import CAST, camera
from support.waiting import until

UNIT = Unit(station="s", cameras=(camera(),))


def group_of(source: Any, now: list[float]) -> CameraGroup:
    return CameraGroup(UNIT, ColourDetector(), lambda *_, **__: source, lambda: now[0])


def test_its_replies_have_events_files_and_figures_but_no_picture_nobody_asked_for() -> None:
    group = group_of(ListSource([*frames_of(CAST, every(0.2, 4.0))]), [0.0])
    group.start(camera(), UNIT)
    events, files, confirmed = [], dict[str, bytes](), 0
    while not (reply := group.take("platform-1", confirmed, is_watched=False)).is_over:
        assert reply.picture is None
        for parcel in reply.parcels:
            events += [record for record in parcel.records if isinstance(record, Event)]
            files.update(parcel.files)
            confirmed = parcel.number
    assert reply.error == ""
    assert reply.figures is not None
    assert reply.figures.frames_analysed == 20
    named = {event.evidence.still for event in events if event.evidence}
    assert named
    assert named <= set(files)
    assert not [*Path(group._folder.name).rglob("*.jpg")], "the unit has them"
    group.close()


def test_a_camera_that_nobody_asks_for_stops() -> None:
    now, source = [0.0], ListSource([*frames_of((), every(0.2, 2.0))])
    group = group_of(source, now)
    group.start(Camera(name="hall", source="rtsp://camera/1"), UNIT)
    now[0] = camera_group.LEASE_S + 1
    group.step()
    assert group._placed["hall"].stop.is_set()
    until(source.left.is_set)
    everything = 1_000_000
    until(lambda: group.take("hall", everything, is_watched=False).is_over)
    why = group.take("hall", everything, is_watched=False).error
    assert "not taken" in why, "a unit that only stood still starts it again"
    group.close()


def test_it_counts_departures_by_message_and_has_figures_of_its_cameras() -> None:
    group = group_of(ListSource([*frames_of(CAST, every(0.2, 4.0))]), [0.0])
    departures = {"source": "http", "tracks": ["1"]}
    of = camera(departures=departures)
    group.start(of, Unit(station="s", cameras=(of,)))
    group.left("1")
    until(lambda: group.take("platform-1", 1_000_000, is_watched=False).is_over)
    assert group.take("platform-1", 1_000_000, is_watched=False).error == ""
    plan = group.plan("platform-1")
    assert plan is not None
    assert plan.is_metres
    assert group.plan("unknown") is group.history("unknown") is None
    group.close()

"""Cameras that report faults of their own, leave their preset, refuse, and are taken out of the configuration."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import pytest

from passerby.camera.loop import CameraLoop
from passerby.camera.pause import OFF_PRESET, AnalysisPause
from passerby.contracts.config import Camera
from passerby.contracts.errors import InputError
from passerby.unit import camera_watch
from passerby.unit.camera_watch import CameraReport, CameraWatches
from support.waiting import until


class Loop:
    """What the watch changes of a loop."""

    def __init__(self) -> None:
        self.pause, self.reported = AnalysisPause(), frozenset[str]()


class Reports:
    """A camera with the present `report`; None: the connection breaks."""

    def __init__(self) -> None:
        self.report: CameraReport | None = CameraReport()
        self.connections = 0
        self.asked = threading.Event()

    @contextmanager
    def connect(self, _: Camera) -> Iterator[Reports]:
        self.connections += 1
        yield self

    def next(self) -> CameraReport:
        self.asked.wait(0.01)
        if self.report is None:
            raise InputError("the camera has not answered")
        return self.report


def camera(**onvif: object) -> Camera:
    return Camera.model_validate(
        {"name": "a", "source": "rtsp://h/1", "onvif": {"address": "http://u:p@h", **onvif}}
    )


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_watch, "RETRY_FIRST_S", 0.01)
    monkeypatch.setattr(camera_watch, "RETRY_MOST_S", 0.02)


@pytest.mark.usefixtures("quick")
def test_reports_reach_the_loop_and_a_broken_connection_is_made_again() -> None:
    reports, loop = Reports(), Loop()
    loops = {"a": cast("CameraLoop", loop)}
    with CameraWatches(reports.connect) as watches:
        watches.step((camera(preset="platform"),), loops)
        reports.report = CameraReport(frozenset({"ImageTooDark"}), is_away=True)
        until(lambda: loop.reported == {"ImageTooDark"} and loop.pause.present is not None)
        assert loop.pause.present is not None
        assert (loop.pause.present.kind, "preset platform" in loop.pause.present.why) == (OFF_PRESET, True)
        reports.report = CameraReport()
        until(lambda: loop.reported == set() and loop.pause.present is None)
        reports.report = None
        until(lambda: reports.connections >= 3)
        reports.report = CameraReport(is_away=True)
        until(lambda: loop.pause.present is not None)
        watches.step((), loops)
        assert loop.pause.present is None, "a camera without onvif is not paused"


def test_only_cameras_that_report_something_are_asked() -> None:
    reports = Reports()
    with CameraWatches(reports.connect) as watches:
        watches.step((camera(events=False), Camera(name="b", source="rtsp://h/2")), {})
        assert reports.connections == 0

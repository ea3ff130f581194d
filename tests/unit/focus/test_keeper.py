"""The focus of a camera that runs: a real loop, whose pictures are as sharp as the lens of a model."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

from passerby.camera.loop import CameraLoop, CameraServices
from passerby.camera.outputs import Outputs
from passerby.contracts.config import Camera
from passerby.contracts.errors import InputError, UsageError
from passerby.contracts.focus import FocusDrive, FocusReport
from passerby.evals.lens_models import MODELS, ModelDrive
from passerby.pixels.frame import RawFrame
from passerby.unit.focus.keeper import WHY, FocusKeeper, FocusPorts
from support.fakes import ColourDetector, ListSink, ListSource
from support.optics import frame_of, noisy, view
from support.waiting import PATIENCE_S, until

NAME = "platform-1"


def seen_through(lens: ModelDrive, stop: threading.Event) -> Iterator[RawFrame]:
    """Four pictures a second; a step of an edge behind a blur of sigma is 1 / sigma of the edge."""
    base, known = view(), dict[float, np.ndarray]()
    for k in range(100_000):
        if stop.is_set():
            return
        sigma = 0.7 * (1 / lens.sharpness() ** 2 - 1) ** 0.5
        if sigma not in known:
            known[sigma] = base if sigma < 0.1 else cv2.GaussianBlur(base, (0, 0), sigma)
        yield frame_of(noisy(known[sigma], k), k * 0.25)


class Unit:
    """One camera that runs in a thread, and the keeper of its lens."""

    def __init__(self, folder: Path) -> None:
        self.lens, self.alarm, self.audit = ModelDrive(MODELS[0], 4), False, list[str]()
        self.lens.move_to(self.lens.best)
        self.refuses = ""
        self.sink, self.stop = ListSink(), threading.Event()
        camera = Camera(name=NAME, source="rtsp://127.0.0.1/none")
        self._outputs = Outputs(folder)
        services = CameraServices(ColourDetector(), self.sink, self._outputs)
        self.loop = CameraLoop(camera, ListSource(seen_through(self.lens, self.stop)), services)
        ports = FocusPorts(self._open, lambda _: self.alarm, lambda camera, text: self.audit.append(text))
        self.now_s = 0.0
        self.keeper = FocusKeeper(ports, lambda: self.now_s)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Unit:
        self._thread.start()
        until(lambda: self.loop.optics.sharpness is not None)
        return self

    def __exit__(self, *_: object) -> None:
        self.keeper.close()
        self.stop.set()
        self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        with self._outputs:
            self.loop.run(self.stop)

    @contextmanager
    def _open(self, _: str) -> Iterator[FocusDrive]:
        if self.refuses:
            raise InputError(self.refuses)
        yield self.lens

    def step(self) -> bool:
        """One tick of the unit; return whether there is a result."""
        self.keeper.step({NAME: self.loop})
        return NAME in self.keeper.reports

    def kinds(self, but: str = "") -> set[str]:
        return {event.kind for event in self.sink.events} - {but}


def test_a_blurred_camera_is_focused_while_its_rules_are_paused(tmp_path: Path) -> None:
    with Unit(tmp_path) as unit:
        unit.step()
        unit.lens.move_to(unit.lens.best + 0.15 if unit.lens.best < 0.5 else unit.lens.best - 0.15)
        until(unit.step)
        report = unit.keeper.reports[NAME]
        assert isinstance(report, FocusReport)
        assert (report.reason, report.is_changed) == ("blurred", True)
        assert unit.lens.sharpness() >= 0.98
        assert len(report.curve) == report.measurements
        until(lambda: ("camera_blurred", "end") in unit.sink.reported)
        assert unit.audit == [str(report)]
    blurred = [phase for kind, phase in unit.sink.reported if kind == "camera_blurred"]
    assert blurred == ["start", "end"], "one incident, which lasts while the lens moves"
    assert [p for kind, p in unit.sink.reported if kind == "analysis_paused"] == ["start", "end"]
    assert unit.kinds() <= {"camera_blurred", "camera_focus_drift", "analysis_paused"}
    assert any(WHY in gap for gap in unit.loop.gaps)


def test_a_request_is_refused_during_an_alarm_and_for_a_camera_without_a_lens(tmp_path: Path) -> None:
    with Unit(tmp_path) as unit:
        with pytest.raises(UsageError, match="cannot be focused"):
            unit.keeper.request("nobody")
        unit.step()
        unit.alarm = True
        with pytest.raises(UsageError, match="has an open alarm"):
            unit.keeper.request(NAME)
        unit.alarm = False
        unit.keeper.request(NAME)
        until(unit.step)
        report = unit.keeper.reports[NAME]
        assert isinstance(report, FocusReport)
        assert report.reason == "request"
        assert unit.lens.sharpness() >= 0.98
    assert unit.kinds(but="analysis_paused") == set(), "a lens that moves is no fault"


def test_a_camera_that_refuses_is_named_in_the_audit_log_and_goes_on(tmp_path: Path) -> None:
    with Unit(tmp_path) as unit:
        unit.refuses = "the login was refused; check user and password"
        unit.step()
        unit.keeper.request(NAME)
        until(unit.step)
        assert unit.audit == [f"request: not focused: {unit.refuses}"]
        assert unit.loop.pause.present is None

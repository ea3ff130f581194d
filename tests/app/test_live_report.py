"""The reports of a running unit: once a turn, never after the last one."""

from __future__ import annotations

import logging
import threading

import pytest

from passerby.app.live_report import LiveReport, ReportData, ReportTurns
from passerby.contracts.errors import StoreError
from support.reported import summary
from support.waiting import PATIENCE_S, until


class Written:
    """A camera whose reports are counted; a report can be made to wait or to fail."""

    def __init__(self, turns: ReportTurns) -> None:
        self.seen: list[int] = []
        self.taken = 0
        self.go = threading.Event()
        self.go.set()
        self.error: Exception | None = None
        self.report = LiveReport(turns, "hall", self._take, self._write)

    def _take(self) -> ReportData:
        self.taken += 1
        return ReportData(summary(frames=self.taken), None, None)

    def _write(self, snapshot: ReportData) -> None:
        assert self.go.wait(PATIENCE_S)
        if self.error:
            raise self.error
        self.seen.append(snapshot.summary.frames)


def test_each_request_is_one_report_taken_in_the_cameras_thread() -> None:
    with ReportTurns() as turns:
        camera = Written(turns)
        for _ in range(3):
            camera.report.step()
        assert camera.taken == 0, "nobody asked"
        for asked in (1, 2):
            turns.ask()
            camera.report.step()
            until(lambda asked=asked: len(camera.seen) == asked)  # type: ignore[misc]
            until(lambda: not camera.report._is_waiting)
            camera.report.step()
        assert camera.seen == [1, 2]


def test_an_hour_is_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("passerby.app.live_report.time.monotonic", lambda: now[0])
    turns = ReportTurns()
    numbers = []
    for now[0] in (100.0, 3699.0, 3700.0, 7301.0):
        numbers.append(turns.number)
    assert numbers == [0, 0, 1, 2]


def test_a_camera_takes_no_second_report_while_one_waits() -> None:
    with ReportTurns() as turns:
        camera = Written(turns)
        camera.go.clear()
        for _ in range(5):
            turns.ask()
            camera.report.step()
        assert camera.taken == 1
        camera.go.set()
        until(lambda: camera.seen == [1])


def test_no_earlier_report_follows_the_last_one() -> None:
    with ReportTurns() as turns:
        first, second = Written(turns), Written(turns)
        first.go.clear()
        turns.ask()
        first.report.step()  # keeps the thread of the reports busy
        second.report.step()
        until(turns.writing.locked)
        first.go.set()
        second.report.finish(ReportData(summary(frames=99), None, None))
    assert second.seen[-1] == 99


def test_a_report_that_cannot_be_written_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    with ReportTurns() as turns:
        camera = Written(turns)
        camera.error = StoreError("report.html cannot be written (No space left on device)")
        turns.ask()
        camera.report.step()
        until(lambda: "the report of camera hall is not written: report.html cannot be written" in caplog.text)
        assert "please report it" not in caplog.text

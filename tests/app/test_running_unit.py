"""A unit takes a changed configuration, refuses an invalid one, and notices that its folder is gone."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from passerby.app import running_unit
from passerby.app.running_unit import RunningUnit, changed_cameras
from passerby.contracts.config import Unit
from passerby.contracts.errors import ConfigError, OperationError
from passerby.store.results import ResultsStore
from support import stage
from support.clock import FakeClock
from support.fakes import ColourDetector
from support.waiting import PATIENCE_S, until


def unit(*cameras: dict[str, Any], **more: Any) -> Unit:
    whole = [{**stage.CAMERA, "source": "rtsp://127.0.0.1:9/none", **changes} for changes in cameras]
    return Unit.model_validate({"station": "Riverside", "cameras": whole, **more})


A, B = {"name": "a"}, {"name": "b"}


@pytest.mark.parametrize(
    ("old", "new", "restarted", "why"),
    [
        (unit(A, B), unit(A, B), [], "nothing changed"),
        (unit(A, B), unit(A, {**B, "rules": []}), ["b"], "the section of one camera changed"),
        (unit(A), unit(A, B), ["b"], "a camera was added"),
        (unit(A, B), unit(A), [], "a camera was removed"),
        (unit(A, B), unit(A, B, recording_mb=7), ["a", "b"], "every camera records"),
        (unit(A, B), unit(A, B, alarms={"rearm_s": 77}), [], "not used by cameras"),
    ],
)
def test_only_changed_cameras_restart(old: Unit, new: Unit, restarted: list[str], why: str) -> None:
    assert [camera.name for camera in changed_cameras(old, new)] == restarted, why


class Running:
    """A unit in a thread, with cameras that never answer."""

    def __init__(self, folder: Path, first: Unit) -> None:
        self.stop, self.reload, self.next = threading.Event(), threading.Event(), first
        self.error: BaseException | None = None
        self.problem: Exception | None = None
        self.store = ResultsStore(folder)
        self.unit = RunningUnit(first, folder, self.store, ColourDetector(), FakeClock())
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        until(lambda: self.unit._lifecycle.names == {camera.name for camera in first.cameras})

    def _run(self) -> None:
        try:
            self.unit.run(self.stop, self.reload, self._load)
        except BaseException as error:
            self.error = error

    def _load(self) -> Unit:
        if self.problem:
            raise self.problem
        return self.next

    def end(self) -> None:
        self.stop.set()
        self.thread.join(PATIENCE_S)
        self.store.close()


def test_a_reload_starts_stops_and_exchanges_cameras(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    running = Running(tmp_path, unit(A, B))
    kept = running.unit._lifecycle._running["a"]
    running.next = unit(A, {**B, "rules": []}, {"name": "c"}, alarms={"rearm_s": 99})
    running.reload.set()
    until(lambda: "the configuration was reloaded; restarted: b, c" in caplog.text)
    assert running.unit._lifecycle.names == {"a", "b", "c"}
    assert running.unit._lifecycle._running["a"] is kept, "an unchanged camera goes on"
    assert "alarms has changed; it takes effect when the unit is restarted" in caplog.text
    running.next = unit(A)
    running.reload.set()
    until(lambda: running.unit._lifecycle.names == {"a"})
    running.end()
    assert running.error is None


def test_an_invalid_configuration_changes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    running = Running(tmp_path, unit(A))
    running.problem = ConfigError(["unit.yaml line 3: fps is not a key"])
    running.reload.set()
    until(lambda: "the configuration was not reloaded; the unit is unchanged" in caplog.text)
    assert "fps is not a key" in caplog.text
    assert running.unit._lifecycle.names == {"a"}
    running.end()
    assert running.error is None


def test_a_folder_that_disappears_ends_the_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_unit, "LOOK_EVERY_S", 0.0)
    folder = tmp_path / "out"
    running = Running(folder, unit(A))
    rmtree(folder)
    running.thread.join(PATIENCE_S)
    assert isinstance(running.error, OperationError)
    assert "was removed or unmounted" in str(running.error)
    assert running.error.exit_code == 4
    running.store.close()

"""A unit takes a changed configuration, refuses an invalid one, and notices that its folder is gone."""

from __future__ import annotations

import logging
import socket
import threading
from pathlib import Path
from shutil import rmtree
from typing import Any, TypeVar

import pytest

from passerby.app import running_unit
from passerby.app.running_unit import RunningUnit
from passerby.app.unit_file import UnitFile
from passerby.contracts.config import Unit
from passerby.contracts.drawing import DrawnLine, DrawnPlaces, DrawnZone
from passerby.contracts.errors import ConfigError, OperationError, Problem
from passerby.contracts.events import FlowSample, LineSample, OccupancySample
from passerby.contracts.new_camera import NewCamera
from passerby.evals.ports import free_port
from passerby.store import audit
from passerby.store.results import ResultsStore
from support import stage
from support.clock import FakeClock
from support.fakes import ColourDetector
from support.waiting import PATIENCE_S, until


def unit(*cameras: dict[str, Any], **more: Any) -> Unit:
    whole = [{**stage.CAMERA, "source": "rtsp://127.0.0.1:9/none", **changes} for changes in cameras]
    return Unit.model_validate({"station": "Riverside", "cameras": whole, **more})


A, B = {"name": "a"}, {"name": "b"}
HALL = {"name": "hall", "lines": [{"camera": "a", "line": "stairs"}]}
S = TypeVar("S", FlowSample, OccupancySample)


class GivenFile(UnitFile):
    """A configuration without a file."""

    def __init__(self, path: Path, store: ResultsStore, first: Unit) -> None:
        super().__init__(path, store)
        self.next, self.problem = first, list[Exception]()

    def load(self) -> Unit:
        if self.problem:
            raise self.problem[0]
        return self.next


class Running:
    """A unit in a thread, with cameras that never answer."""

    def __init__(self, folder: Path, first: Unit) -> None:
        self.stop, self.reload = threading.Event(), threading.Event()
        self.error: BaseException | None = None
        self.store = ResultsStore(folder)
        self.file = GivenFile(folder / "unit.yaml", self.store, first)
        self.unit = RunningUnit(first, folder, self.store, ColourDetector(), FakeClock())
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        until(lambda: self.unit._lifecycle.names == {camera.name for camera in first.cameras})

    def _run(self) -> None:
        try:
            self.unit.run(self.stop, self.reload, self.file)
        except BaseException as error:
            self.error = error

    def acts(self) -> list[tuple[str, str]]:
        """The entries of the audit log: the act, and its detail after the checksum."""
        with self.store.reading() as connection:
            return [(r.entry.act, r.entry.detail.partition("; ")[2]) for r in audit.rows(connection)]

    def samples(self, kind: type[S]) -> list[S]:
        with self.store.queries() as queries:
            return [*queries.samples(kind)]

    def end(self) -> None:
        self.stop.set()
        self.thread.join(PATIENCE_S)
        self.store.close()


def test_a_reload_starts_stops_and_exchanges_cameras(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    running = Running(tmp_path, unit(A, B))
    kept = running.unit._lifecycle._running["a"]
    running.file.next = unit(A, {**B, "rules": []}, {"name": "c"}, alarms={"rearm_s": 99})
    running.reload.set()
    until(
        lambda: "the configuration was reloaded; added: c; restarted: b; at the next start: alarms" in caplog.text
    )
    assert running.unit._lifecycle.names == {"a", "b", "c"}
    assert running.unit._lifecycle._running["a"] is kept, "an unchanged camera goes on"
    until(lambda: running.acts() == [("configured", "added: c; restarted: b; at the next start: alarms")])
    running.file.next = unit(A)
    running.reload.set()
    until(lambda: running.unit._lifecycle.names == {"a"})
    running.end()
    assert running.error is None


def test_a_reload_ends_the_counts_of_a_line_that_was_removed(tmp_path: Path) -> None:
    running = Running(tmp_path, unit(A, B, occupancy=[HALL]))
    running.unit._recorder.put([LineSample("a", "stairs", 0.0, None, 60.0, 4, 1, 1.0)])
    running.file.next = unit({**A, "lines": [], "rules": []}, B)
    running.reload.set()
    until(lambda: [(s.direction, s.people) for s in running.samples(FlowSample)] == [("in", 4), ("out", 1)])
    assert [s.people for s in running.samples(OccupancySample)] == [3]
    running.end()
    assert running.error is None
    with ResultsStore(tmp_path) as store, store.queries() as queries:
        assert len([*queries.samples(FlowSample)]) == 2, "not again at the end"


def test_an_invalid_configuration_changes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    running = Running(tmp_path, unit(A))
    running.file.problem = [ConfigError([Problem("unit.yaml", 3, "fps", "this is not a key")])]
    running.reload.set()
    until(lambda: "the configuration was not reloaded; the unit is unchanged" in caplog.text)
    assert "fps: this is not a key" in caplog.text
    until(lambda: running.acts() == [("refused", "unit.yaml:3: fps: this is not a key")])
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


def test_a_unit_reports_readiness_life_and_its_end_to_systemd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE_S)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "200000")
        running = Running(tmp_path, unit(A))
        assert manager.recv(4096).startswith(b"READY=1")
        assert [manager.recv(4096) for _ in range(2)] == [b"WATCHDOG=1"] * 2
        running.stop.set()
        until(lambda: b"STOPPING=1" in manager.recv(4096))  # read, or the unit waits for room
        running.end()


def test_the_console_restarts_one_camera(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    running = Running(tmp_path, unit(A, B))
    before = {name: running.unit._lifecycle._running[name] for name in "ab"}
    running.unit.control.restart("b")
    until(lambda: running.unit._lifecycle._running.get("b") not in (None, before["b"]))
    assert running.unit._lifecycle._running["a"] is before["a"]
    assert "camera b: restarting on request of the console" in caplog.text
    running.end()
    assert running.error is None


def test_places_that_the_console_saves_restart_only_their_camera(tmp_path: Path) -> None:
    path = stage.unit(
        tmp_path / "unit.yaml", *({**camera, "source": "rtsp://127.0.0.1:9/none"} for camera in (A, B))
    )
    with ResultsStore(tmp_path / "out") as store:
        stop, reload, file = threading.Event(), threading.Event(), UnitFile(path, store)
        made = RunningUnit(file.load(), tmp_path / "out", store, ColourDetector(), FakeClock())
        thread = threading.Thread(target=made.run, args=(stop, reload, file), daemon=True)
        thread.start()
        until(lambda: made._lifecycle.names == {"a", "b"})
        before = {name: made._lifecycle._running[name] for name in "ab"}
        zone = DrawnZone(
            name="all", was="platform", kind="platform", polygon_px=((0, 150), (300, 150), (300, 240))
        )
        track = DrawnZone(name="track", was="track", kind="track", polygon_px=((60, 140), (260, 140), (250, 92)))
        line = DrawnLine(name="stairs", was="stairs", from_px=(160, 235), to_px=(160, 150))
        drawn = DrawnPlaces(camera="b", picture_px=stage.WH, zones=(zone, track), lines=(line,))
        assert made.control.check_places(drawn) == []
        made.control.save_places(drawn)
        until(lambda: [z.name for z in made.unit().cameras[1].zones] == ["all", "track"])
        until(lambda: made._lifecycle._running.get("b") not in (None, before["b"]))
        assert made._lifecycle._running["a"] is before["a"], "the other camera goes on"
        stop.set()
        thread.join(PATIENCE_S)


def test_a_unit_without_cameras_waits_for_those_that_the_console_adds(tmp_path: Path) -> None:
    path = tmp_path / "unit.yaml"
    path.write_text(f"station: Riverside\ncameras: []\nconsole: {{port: {free_port()}}}\n")
    with ResultsStore(tmp_path / "out") as store:
        stop, reload, file = threading.Event(), threading.Event(), UnitFile(path, store)
        made = RunningUnit(file.load(), tmp_path / "out", store, ColourDetector(), FakeClock(), with_console=True)
        thread = threading.Thread(target=made.run, args=(stop, reload, file), daemon=True)
        thread.start()
        until(made.is_ready)
        made.control.add_camera(NewCamera(name="hall", address="rtsp://127.0.0.1:9/none"))
        until(lambda: made._lifecycle.names == {"hall"})
        made.control.remove_camera("hall")
        until(lambda: made._lifecycle.names == frozenset())
        assert thread.is_alive()
        stop.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()

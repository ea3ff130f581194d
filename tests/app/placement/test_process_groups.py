"""Cameras in processes of their own: a process is killed, the unit is killed, and everybody is asked to stop."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from passerby.app.clock import SystemClock
from passerby.app.janitor import finish_files
from passerby.app.placement.child import ChildSettings
from passerby.app.placement.placed_cameras import PlacedCameras
from passerby.app.placement.process_groups import ProcessGroup, ProcessGroups
from passerby.app.placement.remote_group import GroupLostError, even
from passerby.app.played_cameras import ADDRESS, PlayedCameras
from passerby.app.running_unit import RunningUnit
from passerby.app.unit_file import UnitFile
from passerby.contracts.config import ModelChoice, Unit
from passerby.contracts.errors import OperationError, UsageError
from passerby.ingest.open import open_source
from passerby.store.cameras import camera_folder
from passerby.store.results import ResultsStore
from support import figures, stage
from support.fakes import ColourDetector
from support.figures import film
from support.living import assert_nobody_shown, assert_whole, camera_of, never_ended, starts
from support.stage import program
from support.waiting import PATIENCE_S, ended, until

HALL = stage.camera(name="hall", source="rtsp://127.0.0.1:9/none")
# A number of a parcel that no camera reaches: confirms all.
EVERYTHING = 1_000_000
UNIT = Unit(station="s", cameras=(HALL,))


def group(folder: Path, model: str = "embedded") -> ProcessGroup:
    return ProcessGroups(ChildSettings(ModelChoice(path=model), open_source, folder)).make(UNIT)


def process_of(log: Path, camera: str) -> int:
    """The process that analyses a camera at last, by the unit's log; 0 for none."""
    found = re.findall(rf"camera {camera}: analysed on process (\d+)", log.read_text())
    return int(found[-1]) if found else 0


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_killed_process_is_lost_for_every_caller_at_once(tmp_path: Path) -> None:
    made = group(tmp_path)
    made.start(HALL, UNIT)
    assert made.take("hall", 0, is_watched=False).is_over is False
    made.process.kill()
    for _ in range(2):
        with pytest.raises(GroupLostError, match="has ended"):
            made.take("hall", 0, is_watched=False)
    made.end()


def test_an_unusable_detector_is_an_error_of_the_camera_and_not_of_its_process(tmp_path: Path) -> None:
    made = group(tmp_path, str(tmp_path / "none.onnx"))
    for _ in range(2):
        with pytest.raises(OperationError, match="no such model file"):
            made.start(HALL, UNIT)
    made.end()
    assert made.process.returncode == 0


def test_a_process_that_stands_still_is_killed_at_its_end(tmp_path: Path) -> None:
    made = group(tmp_path)
    made.process.send_signal(signal.SIGSTOP)
    made.end()
    assert made.process.returncode == -signal.SIGKILL


def test_a_process_leaves_the_end_to_its_unit(tmp_path: Path) -> None:
    made = group(tmp_path)
    made.start(HALL, UNIT)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        made.process.send_signal(number)
    made.stop("hall")
    until(lambda: made.take("hall", EVERYTHING, is_watched=False).is_over)
    made.end()
    assert made.process.returncode == 0


def test_the_processes_of_a_killed_unit_end_by_themselves(tmp_path: Path) -> None:
    log, cameras = tmp_path / "log", ({"name": n, "source": f"rtsp://127.0.0.1:9/{n}"} for n in ("a", "b", "c"))
    unit = stage.unit(tmp_path / "unit.yaml", *cameras, model=str(figures.model(tmp_path / "colours.onnx")))
    with program("run", unit, "--no-console", "--processes", 2, "--out", tmp_path / "out", log=log) as child:
        until(lambda: all(process_of(log, name) for name in "abc"))
        pids = {process_of(log, name) for name in "abc"}
        assert len(pids) == 2, "even, and no more than asked for"
        assert all(map(is_alive, pids))
        child.send_signal(signal.SIGKILL)
    until(lambda: not any(map(is_alive, pids)))


@pytest.mark.slow
def test_the_console_has_pictures_figures_and_plans_of_a_camera_in_another_process(tmp_path: Path) -> None:
    model, out = figures.model(tmp_path / "colours.onnx"), tmp_path / "out"
    played = PlayedCameras((str(film(tmp_path / "v.mp4", stage.CAST, stage.SECONDS)),), tmp_path)
    unit = Unit(station="s", cameras=(stage.camera(name="hall", source=f"{ADDRESS}0"),))
    stop = threading.Event()
    with ResultsStore(out) as store:
        running = RunningUnit(unit, out, store, ColourDetector(), SystemClock())
        settings = ChildSettings(ModelChoice(path=str(model)), played, out)
        running.cameras.placed = PlacedCameras(ProcessGroups(settings).make, out, even(2))
        file = UnitFile(tmp_path / "unit.yaml", store)
        thread = threading.Thread(target=running.run, args=(stop, threading.Event(), file))
        thread.start()
        try:
            until(lambda: running.live.picture("hall") is not None)
            until(lambda: running.history("hall") is not None)
            (shown,) = running.figures()
            plan = running.plan("hall")
            with pytest.raises(UsageError, match="focus is not available"):
                running.control.focus("hall")
        finally:
            stop.set()
            thread.join(PATIENCE_S)
    assert shown.frames_analysed > 0
    assert plan is not None
    assert {zone.name for zone in plan.zones} == {"platform", "track"}
    assert not thread.is_alive()


@pytest.mark.slow
@pytest.mark.rtsp
def test_a_killed_process_loses_no_stored_event_and_its_camera_is_analysed_again(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    out, log = tmp_path / "out", tmp_path / "log"
    with camera_of(tmp_path / "c.h264", stage.CAST, stage.SECONDS) as served:
        cameras = ({"name": name, "source": served.url()} for name in ("north", "south"))
        unit = stage.unit(tmp_path / "unit.yaml", *cameras, model=str(figures.model(tmp_path / "colours.onnx")))
        with program("run", unit, "--no-console", "--processes", 2, "--out", out, log=log) as child:
            until(lambda: all(starts(out, "loitering", name) for name in ("north", "south")))
            killed, other = process_of(log, "north"), process_of(log, "south")
            before = starts(out, "line_crossing", "north")
            os.kill(killed, signal.SIGKILL)
            began_s = time.monotonic()
            until(lambda: process_of(log, "north") != killed)
            record_property("again_s", time.monotonic() - began_s)
            until(lambda: starts(out, "line_crossing", "north") > before)
            assert process_of(log, "south") == other, "the other process was not touched"
            _stop_all(child, [process_of(log, name) for name in ("north", "south")])
            assert ended(child) == 0, log.read_text()
    with ResultsStore(out) as store:
        finish_files(store, out)  # as the next start does: a clip ended with its process
    events = assert_whole(out)
    for name in ("north", "south"):
        made = {path.name.split("-")[0] for path in camera_folder(out, name).iterdir()}
        assert made >= {"redacted", "report.html", "summary.json"}, "in the unit's own folder"
    assert never_ended(out) == set(), "what was open in the killed process is ended"
    assert "restart" in {m["value"] for e in events for m in e["measures"] if m["name"] == "ended_by"}
    assert assert_nobody_shown(out) > 0
    assert "an error in passerby" not in log.read_text()


def _stop_all(child: subprocess.Popen[bytes], others: list[int]) -> None:
    """Signal every process, the unit last, as a service manager may."""
    for pid in others:
        os.kill(pid, signal.SIGTERM)
    child.send_signal(signal.SIGTERM)

"""A live camera whose evidence cannot be stored: events and counts go on, what is missing is counted and
reported."""

from __future__ import annotations

import itertools
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from passerby.camera.loop import CameraLoop, CameraServices
from passerby.camera.outputs import STILLS, VIDEO, Outputs
from passerby.camera.state import CameraPorts
from passerby.contracts.events import Account, EvidenceFile, Phase
from passerby.contracts.settings import Evidence
from passerby.evidence import async_evidence, worker
from passerby.evidence.async_evidence import AsyncStills, AsyncVideo
from passerby.evidence.clips import clips_of
from passerby.evidence.rolling import PREFIX, RollingVideo
from passerby.evidence.still import Stills
from passerby.pixels.frame import RawFrame
from support import stage
from support.fakes import ColourDetector, ListSink, ListSource, every, frames_of
from support.figures import leaked, pictures
from support.file_limit import file_size_limit
from support.stage import CAST, KINDS, SECONDS
from support.waiting import PATIENCE_S


def film(until_s: float = SECONDS) -> Iterator[RawFrame]:
    return frames_of(CAST, every(0.1, until_s), utc_s=1_772_351_100.0)


class Unit:
    """One camera of `run` with stand-ins around it."""

    def __init__(self, folder: Path, items: Any, *, video: bool = True, is_live: bool = False) -> None:
        ids, camera = itertools.count(), stage.camera()
        self.sink = ListSink()
        rolling = RollingVideo(folder / "cam")
        self.video: Any = AsyncVideo(rolling, "c") if is_live else rolling
        self.outputs = Outputs(
            folder,
            self.video if video else None,
            clips=clips_of(camera, Evidence(), folder, patient=True),
            lenient=True,
            stills=AsyncStills(Stills(folder), "c") if is_live else None,
        )
        ports = CameraPorts(new_id=lambda: f"i{next(ids)}")
        services = CameraServices(ColourDetector(), self.sink, self.outputs, ports, is_live=True)
        self.loop = CameraLoop(camera, ListSource(items), services)

    def __call__(self) -> Unit:
        with self.outputs:
            self.loop.run(threading.Event())
        assert set(self.loop.events) >= KINDS
        assert self.sink.open == set()
        return self

    def evidence_lost(self) -> list[tuple[Phase, float]]:
        return [(e.phase, e.at_s) for e in self.sink.events if e.kind == "evidence_lost"]

    def reports(self, kind: type) -> list[Any]:
        return [r for r in self.sink.reports if isinstance(r, kind)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out" / "cam").mkdir(parents=True)
    return tmp_path / "out"


@pytest.mark.usefixtures("slow_machine")
@pytest.mark.parametrize("live", [False, True])
def test_when_all_is_well(folder: Path, live: bool) -> None:
    unit = Unit(folder, film(), is_live=live)
    if live:
        unit.video._worker._patient = True  # as from a camera: no faster than pictures can be written
    unit()
    assert unit.loop.lost == {}
    assert unit.evidence_lost() == []
    starts = [e for e in unit.sink.events if e.phase is Phase.START]
    files = {f.path for f in unit.reports(EvidenceFile)}
    assert {e.evidence.still for e in starts if e.evidence} <= files
    assert {e.evidence.clip for e in starts if e.evidence and e.evidence.clip} <= files
    assert files == {str(p.relative_to(folder)) for p in folder.rglob("*") if p.parent.name in ("stills", "clips")}
    stored = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    accounts = unit.reports(Account)
    assert sum(a.bytes_written for a in accounts) == stored
    assert (sum(a.frames_in for a in accounts), sum(a.video_frames for a in accounts)) == (120, 120)
    assert all(leaked(shown) == 0 for path in folder.glob("clips/*") for shown in pictures(path))


def test_a_folder_that_vanishes_and_comes_back(folder: Path) -> None:
    def scene() -> Iterator[RawFrame]:
        for frame in film(30.0):
            if frame.number == 20:
                shutil.rmtree(folder)
                folder.write_text("no folder any more")
            if frame.number == 250:
                folder.unlink()
                (folder / "cam").mkdir(parents=True)
            yield frame

    unit = Unit(folder, scene(), video=False)()
    assert unit.loop.lost[STILLS] >= 3
    assert unit.loop.lost.keys() == {STILLS}
    (start, _), (end, _) = unit.evidence_lost()
    assert (start, end) == (Phase.START, Phase.END)
    reported = next(e for e in unit.sink.events if e.kind == "evidence_lost")
    assert "cannot be" in str(reported.measures[0].value)
    assert reported.evidence is None
    assert sum(a.lost for a in unit.reports(Account)) == sum(unit.loop.lost.values())


def test_a_full_disk_loses_pictures_not_events(folder: Path) -> None:
    with file_size_limit(6_000):
        unit = Unit(folder, film())()
    assert unit.loop.lost[STILLS] > 0
    assert unit.loop.lost[VIDEO] > 0
    assert Phase.START in [phase for phase, _ in unit.evidence_lost()]
    assert [e for e in unit.sink.events if e.phase is Phase.START and e.evidence is None]
    assert max(p.stat().st_size for p in folder.rglob("*") if p.is_file()) <= 6_000


def test_a_disk_that_is_stuck_holds_up_no_picture(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pipes without a reader: whoever opens one to write waits for ever."""
    monkeypatch.setattr(worker, "MOST_WAIT_S", 1.0)
    began = (next(film()).at.utc or "").replace(":", "").replace(".", "")
    (folder / "stills").mkdir()
    pipes = [folder / "cam" / f"{PREFIX}{began}.mp4", *(folder / "stills" / f"i{n}.jpg.part" for n in range(20))]
    for pipe in pipes:
        os.mkfifo(pipe)
    monkeypatch.setattr(async_evidence, "WAIT_MOST_S", 0.1)
    try:
        unit = Unit(folder, film(), is_live=True)()
    finally:
        for pipe in pipes:
            os.close(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK))  # whoever waits may go
    monkeypatch.setattr(worker, "MOST_WAIT_S", PATIENCE_S)
    assert unit.video._worker.wait(), "and then does"
    assert unit.loop.lost[STILLS] >= 3
    assert unit.loop.lost[VIDEO] == 120, "what waited when it ended, too"
    assert [phase for phase, _ in unit.evidence_lost()] == [Phase.START, Phase.END], "said once"
    reported = next(e for e in unit.sink.events if e.kind == "evidence_lost")
    assert "cannot be written fast enough" in str(reported.measures[0].value)
    assert sum(a.video_frames for a in unit.reports(Account)) == 0


def test_a_recording_is_not_lenient(folder: Path) -> None:
    """Who analyses a recording can free space and start again; who watches a platform cannot."""
    from passerby.contracts.errors import StoreError

    unit = Unit(folder, film())
    unit.outputs._lenient = False
    with file_size_limit(6_000), pytest.raises(StoreError, match="cannot be written"), unit.outputs:
        unit.loop.run(threading.Event())

"""Faults of the disk, for real: full, gone, read-only, slow. A clip may be lost and is said so; nothing waits."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from passerby.contracts.errors import StoreError
from passerby.contracts.events import EvidenceFile
from passerby.evidence import worker as room
from passerby.evidence.clip import Clip, Drawn, clip_path, finished_file
from passerby.evidence.video import ENCODING
from passerby.evidence.writer import MOST_WAITING, ClipWriter, Outcome
from passerby.pixels.annotate import Drawing
from support.figures import pictures
from support.file_limit import file_size_limit
from support.recording import redacted
from support.unprivileged import open_folder, read_only
from support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.usefixtures("slow_machine")


def shots(n: int, wh: tuple[int, int] = (64, 48)) -> list[Drawn]:
    return [Drawn(redacted(k / 4, wh), Drawing()) for k in range(n)]


def outcome(writer: ClipWriter, event: str) -> Outcome:
    assert writer.finish(event)
    writer.close()
    (found,) = writer.outcomes()
    assert found.event == event
    return found


def test_a_clip_is_written_and_reported_of(tmp_path: Path) -> None:
    writer = ClipWriter(tmp_path, "c", patient=True)
    assert writer.put("a", shots(8))
    done = outcome(writer, "a")
    assert done.why == ""
    assert done.file is not None
    assert (done.file.path, done.file.camera, done.file.seconds) == ("clips/a.mp4", "c", 1.75)
    assert len([*pictures(tmp_path / "clips" / "a.mp4")]) == 8
    assert writer.outcomes() == [], "told once"


def test_the_thread_goes_when_there_is_nothing_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_IDLE_S", 0.05)
    writer, before = ClipWriter(tmp_path, "c", patient=True), threading.active_count()
    writer.put("a", shots(2))
    outcome(writer, "a")
    until(lambda: threading.active_count() <= before)
    writer.put("b", shots(2))
    assert outcome(writer, "b").file is not None, "and comes back"


def test_a_disk_that_fills_up_keeps_what_was_written(tmp_path: Path) -> None:
    writer = ClipWriter(tmp_path, "c", patient=True)
    with file_size_limit(60_000):
        for _ in range(20):
            writer.put("a", shots(8, (160, 120)))
        done = outcome(writer, "a")
    assert "cannot be written (File too large); is the disk full?" in done.why
    assert done.file is not None, "the part that can be played"
    assert 0 < len([*pictures(tmp_path / "clips" / "a.mp4")]) < 160
    writer.put("b", shots(2))
    assert outcome(writer, "b").why == "", "and afterwards it works again"


def test_a_disk_that_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    writer = ClipWriter(folder, "c", patient=True)
    writer.put("a", shots(4))
    writer.close()
    shutil.rmtree(folder)
    assert "the clip is lost" in outcome(writer, "a").why
    writer.put("b", shots(4))
    done = outcome(writer, "b")
    assert (done.file, "is the disk still present?" in done.why) == (None, True)
    assert not folder.exists(), "what was unplugged is not made anew on another disk"


def test_a_disk_that_may_only_be_read() -> None:
    with open_folder() as folder:
        writer = ClipWriter(folder, "c", patient=True)
        with read_only(folder), pytest.raises(StoreError, match="Permission denied"):
            Clip(folder, "a", "c")
        writer.put("a", shots(2))
        assert outcome(writer, "a").why == ""


def test_a_slow_disk_holds_up_no_camera(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    add = Clip.add

    def slow(self: Clip, pictures: Sequence[Drawn]) -> None:
        gate.wait(PATIENCE_S)
        add(self, pictures)

    monkeypatch.setattr(Clip, "add", slow)
    writer, (shot,) = ClipWriter(tmp_path, "c", patient=False), shots(1)
    taken = [writer.put("a", [shot]) for _ in range(2 * MOST_WAITING)]
    assert not gate.is_set(), "no camera waited for the disk"
    assert MOST_WAITING <= sum(taken) <= MOST_WAITING + 1, "what there is no room for is refused"
    assert not writer.finish("a"), "the end, too; it is asked for again"
    gate.set()
    writer.close()
    assert outcome(writer, "a").file is not None


def test_closing_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, written = threading.Event(), []
    monkeypatch.setattr(room, "MOST_WAIT_S", 0.2)
    monkeypatch.setattr(Clip, "add", lambda *_: written.append(gate.wait(PATIENCE_S)))
    writer = ClipWriter(tmp_path, "c", patient=False)
    writer.put("a", shots(1))
    writer.close()
    assert written == []
    monkeypatch.setattr(room, "MOST_WAIT_S", PATIENCE_S)
    gate.set()
    assert outcome(writer, "a").file is None


@pytest.mark.parametrize("written", [0, 4])
def test_a_camera_that_ends_while_others_encode_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    writer = ClipWriter(tmp_path, "c", patient=False)
    if written:
        writer.put("a", shots(written))
        assert writer._worker.wait()
    with ENCODING:  # held by the clips of other cameras
        writer.put("a", shots(8))
        writer.finish("a")
        monkeypatch.setattr(room, "MOST_WAIT_S", 0.1)
        writer.close()
        assert writer.outcomes() == []
    monkeypatch.setattr(room, "MOST_WAIT_S", PATIENCE_S)
    writer.close()
    (found,) = writer.outcomes()
    assert found.why.startswith("camera 'c' ended before its clip was written; ")
    assert (found.file is not None) == bool(written)
    assert len([*pictures(tmp_path / clip_path("a"))] if written else []) == written


def test_a_fault_of_ours_in_one_clip_leaves_the_others_alone(tmp_path: Path) -> None:
    writer = ClipWriter(tmp_path, "c", patient=True)
    broken: Any = Drawn("no picture", Drawing())  # type: ignore[arg-type]
    writer.put("a", [broken])
    writer.put("b", shots(2))
    writer.finish("a")
    writer.finish("b")
    writer.close()
    by_event = {done.event: done for done in writer.outcomes()}
    assert by_event["a"].file is None
    assert by_event["a"].why
    assert by_event["b"].file is not None


def test_a_clip_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        finished_file(tmp_path, EvidenceFile(clip_path("a"), "a", "c", "clip"))

"""Video and stills of a live camera whose disk is slow, stuck, gone or full: told at once, and nothing waits."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from passerby.contracts.errors import StoreError
from passerby.evidence import async_evidence, worker
from passerby.evidence.async_evidence import MOST_WAITING, AsyncStills, AsyncVideo
from passerby.evidence.rolling import RollingVideo
from passerby.evidence.still import Stills
from support.figures import pictures
from support.recording import redacted
from support.waiting import PATIENCE_S

pytestmark = pytest.mark.usefixtures("slow_machine")
TOO_SLOW = "cannot be written fast enough"
FOR_EVER_S = 86_400.0


@contextmanager
def stuck(path: Path) -> Iterator[None]:
    """A file that nobody can open to write: a pipe without a reader."""
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    try:
        yield
    finally:
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))  # the one that waits may go


def test_a_video_is_written_as_without_a_queue(tmp_path: Path) -> None:
    video = AsyncVideo(RollingVideo(tmp_path), "c")
    for k in range(MOST_WAITING):
        video.add(redacted(k / 4))
    video.close()
    video.close()
    (path,) = tmp_path.iterdir()
    assert video.frames == MOST_WAITING == len([*pictures(path)])
    assert video.size == path.stat().st_size


def test_a_slow_disk_costs_pictures_and_no_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, add = threading.Event(), RollingVideo.add

    def slow(self: RollingVideo, image: object) -> None:
        gate.wait(PATIENCE_S)
        add(self, image)  # type: ignore[arg-type]

    monkeypatch.setattr(RollingVideo, "add", slow)
    video, refused, shots = AsyncVideo(RollingVideo(tmp_path), "c"), 0, [redacted(k / 4) for k in range(100)]
    for shot in shots:
        try:
            video.add(shot)
        except StoreError as error:
            refused += TOO_SLOW in str(error)
    assert not gate.is_set(), "no picture waited for the disk"
    assert 100 - MOST_WAITING - 1 <= refused <= 100 - MOST_WAITING
    gate.set()
    video.close()
    assert video.frames == 100 - refused


def test_what_cannot_be_written_is_said_until_it_can(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    video = AsyncVideo(RollingVideo(folder), "c")
    video.add(redacted(0.0))
    video._worker.wait()
    with pytest.raises(StoreError, match="cannot be written"):
        video.add(redacted(1.0))
    video._worker.wait()
    folder.mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        video.add(redacted(2.0))  # queued all the same, to see whether it works again
    video._worker.wait()
    video.add(redacted(3.0))
    video.close()
    assert video.frames == 2


def test_a_video_that_is_stuck_is_given_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "MOST_WAIT_S", 0.2)
    first = redacted(0.0)
    name = (first.at.utc or f"{first.at.s:012.3f}").replace(":", "").replace(".", "")
    with stuck(tmp_path / f"redacted-{name}.mp4"):
        video = AsyncVideo(RollingVideo(tmp_path), "c")
        video.add(first)
        with pytest.raises(StoreError, match=TOO_SLOW):
            video.close()
        monkeypatch.setattr(worker, "MOST_WAIT_S", FOR_EVER_S)
        video.close()
        assert video.frames == 0


def test_only_redacted_pictures(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        AsyncVideo(RollingVideo(tmp_path), "c").add(redacted(0.0).bgr)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        AsyncStills(Stills(tmp_path), "c").keep("a", redacted(0.0).bgr)  # type: ignore[arg-type]


def test_a_still_is_kept_as_without_a_thread(tmp_path: Path) -> None:
    one, other = AsyncStills(Stills(tmp_path / "1"), "c"), Stills(tmp_path / "2")
    assert one.keep("a", redacted(0.0)) == other.keep("a", redacted(0.0))
    with pytest.raises(ValueError, match="is not a valid name"):
        one.keep("../a", redacted(0.0))


def test_a_still_that_is_stuck_is_lost_and_those_after_it_wait_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stills = AsyncStills(Stills(tmp_path), "c")
    with stuck(tmp_path / "stills" / "a.jpg.part"):
        for name, most_s in (("a", 0.1), ("b", FOR_EVER_S), ("c", FOR_EVER_S)):
            monkeypatch.setattr(async_evidence, "WAIT_MOST_S", most_s)
            with pytest.raises(StoreError, match=TOO_SLOW):
                stills.keep(name, redacted(0.0))
    assert stills._worker.wait()
    assert stills.keep("d", redacted(0.0)).ref.still == "stills/d.jpg"
    assert sorted(p.name for p in (tmp_path / "stills").glob("*.jpg")) == ["d.jpg"], "no still without an event"

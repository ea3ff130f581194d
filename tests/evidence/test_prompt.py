"""Video and stills of a live camera whose disk is slow, stuck, gone or full: told at once, and nothing waits."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from passerby.contracts.errors import StoreError
from passerby.evidence import worker
from passerby.evidence.prompt import MOST_WAITING, PROMPT_S, PromptStills, PromptVideo
from passerby.evidence.rolling import RollingVideo
from passerby.evidence.still import Stills
from support.figures import pictures
from support.recording import redacted

TOO_SLOW = "is the disk slow or stuck"


@contextmanager
def stuck(path: Path) -> Iterator[None]:
    """A file that whoever opens it to write waits for: a pipe without a reader."""
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    try:
        yield
    finally:
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        time.sleep(0.2)
        os.close(reader)


def test_a_video_is_written_as_without_a_queue(tmp_path: Path) -> None:
    video = PromptVideo(RollingVideo(tmp_path, 100), "c")
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
        gate.wait(10)
        add(self, image)  # type: ignore[arg-type]

    monkeypatch.setattr(RollingVideo, "add", slow)
    video, refused, shots = PromptVideo(RollingVideo(tmp_path, 100), "c"), 0, [redacted(k / 4) for k in range(100)]
    began_s = time.monotonic()
    for shot in shots:
        try:
            video.add(shot)
        except StoreError as error:
            refused += TOO_SLOW in str(error)
    assert time.monotonic() - began_s < 1.0
    assert 100 - MOST_WAITING - 1 <= refused <= 100 - MOST_WAITING
    gate.set()
    video.close()
    assert video.frames == 100 - refused


def test_what_cannot_be_written_is_said_until_it_can(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    video = PromptVideo(RollingVideo(folder, 100), "c")
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
        video = PromptVideo(RollingVideo(tmp_path, 100), "c")
        video.add(first)
        with pytest.raises(StoreError, match=TOO_SLOW):
            video.close()
        began_s = time.monotonic()
        video.close()
        assert time.monotonic() - began_s < 0.1
        assert video.frames == 0


def test_only_redacted_pictures(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        PromptVideo(RollingVideo(tmp_path, 100), "c").add(redacted(0.0).bgr)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        PromptStills(Stills(tmp_path), "c").keep("a", redacted(0.0).bgr)  # type: ignore[arg-type]


def test_a_still_is_kept_as_without_a_thread(tmp_path: Path) -> None:
    one, other = PromptStills(Stills(tmp_path / "1"), "c"), Stills(tmp_path / "2")
    assert one.keep("a", redacted(0.0)) == other.keep("a", redacted(0.0))
    with pytest.raises(ValueError, match="is no name"):
        one.keep("../a", redacted(0.0))


def test_a_still_that_is_stuck_is_lost_and_those_after_it_wait_for_nothing(tmp_path: Path) -> None:
    stills = PromptStills(Stills(tmp_path), "c")
    with stuck(tmp_path / "stills" / "a.jpg.part"):
        for name, most_s in (("a", PROMPT_S + 0.5), ("b", 0.1), ("c", 0.1)):
            began_s = time.monotonic()
            with pytest.raises(StoreError, match=TOO_SLOW):
                stills.keep(name, redacted(0.0))
            assert time.monotonic() - began_s < most_s
    stills._worker.wait()
    assert stills.keep("d", redacted(0.0)).ref.still == "stills/d.jpg"
    assert sorted(p.name for p in (tmp_path / "stills").glob("*.jpg")) == ["d.jpg"], "no still without an event"

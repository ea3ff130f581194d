from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest

from passerby.ingest import decode
from passerby.ingest.live_decoder import LiveDecoder
from passerby.ingest.source import Losses
from passerby.ingest.turns import MOST_AT_ONCE
from support.video import write
from support.waiting import PATIENCE_S

FPS, QUIET, MOVING, WH = 25, 260, 25, (96, 64)


@dataclass(frozen=True)
class Seen:
    """What was decoded with each packet: the number of its picture, from 0, or None for a kept packet."""

    numbers: list[int | None]
    pictures: dict[int, bytes]


def scene() -> Iterator[np.ndarray]:
    """An empty place with noise; then a bright figure crosses it."""
    rng = np.random.default_rng(3)
    for number in range(QUIET + MOVING):
        picture = 90 + rng.integers(-6, 7, (WH[1], WH[0], 3))
        if number >= QUIET:
            x = 3 * (number - QUIET)
            picture[10:50, x : x + 16] = rng.integers(0, 256, (40, min(16, WH[0] - x), 3))
        yield picture.astype(np.uint8)


def played(path: Path, *, is_idle: bool) -> Seen:
    seen = Seen([], {})
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        losses = Losses()
        decoder = LiveDecoder(stream, "hall", losses, lambda: is_idle)
        for packet in file.demux(stream):
            frames = decoder.decode(packet, decode.stream_s(packet))
            number = round(FPS * frames[-1].time) if frames else None
            seen.numbers.append(number)
            if frames and number is not None:
                seen.pictures[number] = frames[-1].to_ndarray(format="gray").tobytes()
    assert losses == Losses()
    return seen


def test_few_decoders_work_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More cameras than turns: all get theirs, and never more than the limit at the same time."""
    path = write(tmp_path / "a.mp4", 4, wh=WH)
    working, most, count = 0, 0, threading.Lock()
    full = threading.Event()

    def decoded(*_: object) -> list[av.VideoFrame]:
        nonlocal working, most
        with count:
            working += 1
            most = max(most, working)
            if working == MOST_AT_ONCE:
                full.set()
        full.wait(PATIENCE_S)
        with count:
            working -= 1
        return []

    def one_camera() -> None:
        with av.open(str(path)) as file:
            decoder = LiveDecoder(file.streams.video[0], "hall", Losses(), lambda: False)
            for packet in file.demux(video=0):
                decoder.decode(packet, decode.stream_s(packet))

    monkeypatch.setattr("passerby.ingest.decode.decoded", decoded)
    cameras = [threading.Thread(target=one_camera) for _ in range(MOST_AT_ONCE + 3)]
    for camera in cameras:
        camera.start()
    for camera in cameras:
        camera.join()
    assert most == MOST_AT_ONCE


def test_an_empty_place_shows_key_frames_and_motion_the_picture_of_the_moment(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", wh=WH, pictures=scene())
    full, idle = played(path, is_idle=False), played(path, is_idle=True)
    assert full.numbers[: QUIET + MOVING] == list(range(QUIET + MOVING))
    resting = [n for n in idle.numbers[210:QUIET] if n is not None]
    assert resting == list(range(210, QUIET, 10)), "a key frame every tenth picture"
    woken = next(n for n in range(QUIET, QUIET + MOVING) if n % 10 and idle.numbers[n] is not None)
    assert woken - QUIET < 0.5 * FPS
    assert idle.numbers[woken : QUIET + MOVING] == list(range(woken, QUIET + MOVING))
    assert all(idle.pictures[n] == full.pictures[n] for n in idle.pictures), "every picture is whole"


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_stream_that_reorders_its_pictures_is_decoded_wholly(tmp_path: Path, codec: str) -> None:
    options = {"bf": "2"} if codec == "libx264" else {"x265-params": "bframes=2:log-level=none"}
    path = write(tmp_path / "b.mp4", wh=WH, pictures=scene(), codec=codec, codec_options=options)
    shown = [n for n in played(path, is_idle=True).numbers if n is not None]
    assert len(shown) >= QUIET + MOVING - 4, "its key frames would be shown late"


def test_h265_rests_too(tmp_path: Path) -> None:
    options = {"x265-params": "bframes=0:keyint=10:min-keyint=10:log-level=none"}
    path = write(tmp_path / "c.mp4", wh=WH, pictures=scene(), codec="libx265", codec_options=options)
    shown = [n for n in played(path, is_idle=True).numbers[210:QUIET] if n is not None]
    assert len(shown) == pytest.approx(5, abs=1)

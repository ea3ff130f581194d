from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StreamLost, StreamRefused
from passerby.ingest.open import open_source
from passerby.ingest.source import SourceInfo
from passerby.ingest.substream import SmallestStream, Substream
from support.clock import MachineClock
from support.video import write

MAIN, SUB = "rtsp://camera/1", "rtsp://camera/2"
SIZES = {MAIN: (1920, 1080), SUB: (640, 360)}


@dataclass
class Opened(Closing):
    info: SourceInfo
    is_closed: bool = False

    def close(self) -> None:
        self.is_closed = True


@dataclass
class Camera:
    """Opens its streams; those in `errors` fail."""

    errors: dict[str, Exception] = field(default_factory=dict)
    opened: list[Opened] = field(default_factory=list)

    def connect(self, url: str, open_s: float, read_s: float) -> Any:
        if url in self.errors:
            raise self.errors[url]
        self.opened.append(Opened(SourceInfo(SIZES[url], 25.0, "h264")))
        return self.opened[-1]

    def smallest(self, fault: str | None = None) -> SmallestStream:
        return SmallestStream("hall", Substream(SUB, lambda _: fault), self.connect)


@pytest.mark.parametrize(
    ("errors", "fault", "expected", "why"),
    [
        ({}, None, (640, 360), "people are tall enough"),
        ({}, "people are 9 px tall", (1920, 1080), "they are not"),
        ({SUB: StreamLost("no stream with this name")}, None, (1920, 1080), "the camera has none"),
    ],
)
def test_the_smallest_stream_that_is_good_enough(
    errors: dict[str, Exception], fault: str | None, expected: tuple[int, int], why: str
) -> None:
    camera = Camera(errors)
    found = camera.smallest(fault)(MAIN, 1.0, 1.0)
    assert found.info.wh == expected, why
    assert [one.is_closed for one in camera.opened] == [True] * (len(camera.opened) - 1) + [False], "one is open"


def test_the_reason_for_the_main_stream_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    smallest = Camera().smallest("people are 9 px tall")
    for _ in range(3):
        smallest(MAIN, 1.0, 1.0)
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
        "camera hall: the main stream is analysed, not the substream: people are 9 px tall"
    ]


@pytest.mark.parametrize(
    ("errors", "expected", "why"),
    [
        ({SUB: StreamRefused("wrong password")}, StreamRefused, "a second try would lock the account"),
        ({SUB: StreamLost("silent"), MAIN: StreamLost("also silent")}, StreamLost, "the camera is off"),
    ],
)
def test_a_camera_that_cannot_be_opened(
    errors: dict[str, Exception], expected: type[Exception], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(expected):
        Camera(errors).smallest()(MAIN, 1.0, 1.0)
    assert not caplog.records, why


@pytest.mark.parametrize(("fault", "expected"), [(None, (64, 36)), ("too small", (128, 72))])
def test_recordings_of_both_streams(tmp_path: Path, fault: str | None, expected: tuple[int, int]) -> None:
    main, sub = (str(write(tmp_path / name, 2, wh=wh)) for name, wh in (("m.mp4", (128, 72)), ("s.mp4", (64, 36))))
    source = open_source(main, "hall", clock=MachineClock(), substream=Substream(sub, lambda _: fault))
    assert source.open().wh == expected
    source.close()

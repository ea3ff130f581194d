"""One stand-in per port: a detector of drawn figures, a source that is a list, a sink that is a list."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from passerby.contracts.events import CameraHealth, Event, Gap, LineSample, Phase, ZoneSample
from passerby.contracts.people import Detections
from passerby.contracts.ports import Record, Report
from passerby.contracts.results import ModelInfo
from passerby.contracts.time import Timestamp
from passerby.ingest.source import IsIdle, Losses, SourceInfo, Wants, every_frame, never_idle
from passerby.pixels.frame import RawFrame
from support.figures import SCORE, WH, Figure, drawn, found_in

INFO = ModelInfo("colours", "00" * 32, "none", WH, 0.4)
CAMERA = "platform-1"


@dataclass
class ColourDetector:
    """Finds the figures of support/figures.py. `raise_on` is called with each frame and may raise."""

    raise_on: Any = None
    batch: int = 1
    info: ModelInfo = INFO
    calls: list[int] = field(default_factory=list)

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        self.calls.append(len(frames))
        for frame in frames:
            if self.raise_on is not None:
                self.raise_on(frame)
        return [_found(frame) for frame in frames]


def _found(frame: RawFrame) -> Detections:
    boxes = np.array(found_in(frame.bgr), np.float32).reshape(-1, 4)
    return Detections(frame.camera, frame.at, frame.wh, boxes, np.full(len(boxes), SCORE, np.float32))


@dataclass
class ListSource:
    """Yields its items until `stop`, then raises `error` if there is one. `left` is set when it was hung up."""

    items: Iterable[RawFrame | Gap]
    error: Exception | None = None
    losses: Losses = field(default_factory=Losses)
    notes: tuple[str, ...] = ()
    left: threading.Event = field(default_factory=threading.Event)

    def open(self) -> SourceInfo:
        return SourceInfo(WH, 10.0, "drawn")

    def frames(
        self, stop: threading.Event, wants: Wants = every_frame, _: IsIdle = never_idle
    ) -> Iterator[RawFrame | Gap]:
        try:
            for item in self.items:
                if stop.is_set():
                    return
                if isinstance(item, Gap) or wants(item.number, item.at):
                    yield item
            if self.error:
                raise self.error
        finally:
            self.left.set()

    def close(self) -> None:
        return None


@dataclass
class ListSink:
    """Keeps what it is given."""

    events: list[Event] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)

    def put(self, records: Iterable[Record]) -> None:
        for record in records:
            if isinstance(record, Event):
                self.events.append(record)
            else:
                self.reports.append(record)

    @property
    def reported(self) -> list[tuple[str, str]]:
        """Kind and phase of each event."""
        return [(e.kind, e.phase.value) for e in self.events]

    @property
    def open(self) -> set[str]:
        """Incidents that started and did not end; a crossing has no end."""
        lasting = [e for e in self.events if e.kind != "line_crossing"]
        return {e.id for e in lasting if e.phase is Phase.START} - {e.id for e in lasting if e.phase is Phase.END}

    def of(self, kind: type[ZoneSample | LineSample | CameraHealth]) -> list[Any]:
        """The reports of one type."""
        return [r for r in self.reports if isinstance(r, kind)]


def frames_of(
    figures: Sequence[Figure], times_s: Iterable[float], *, utc_s: float | None = None, camera: str = CAMERA
) -> Iterator[RawFrame]:
    """Drawn frames at these times, numbered from 1; `utc_s` is the wall clock at 0 s."""
    for number, t_s in enumerate(times_s, 1):
        utc_ns = None if utc_s is None else round((utc_s + t_s) * 1e9)
        yield RawFrame(camera, number, Timestamp(round(t_s * 1e9), utc_ns), drawn(figures, t_s))


def every(period_s: float, until_s: float, from_s: float = 0.0) -> list[float]:
    """Times from `from_s` up to, not with, `until_s`."""
    return [from_s + k * period_s for k in range(round((until_s - from_s) / period_s))]

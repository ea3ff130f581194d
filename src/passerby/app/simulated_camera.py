"""A camera of the simulated station that plays live: rendered while it plays, then repeated from memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.events import Gap
from passerby.contracts.time import NS_PER_S, Clock, TimeSource, Timestamp
from passerby.ingest.source import IsIdle, Losses, SourceInfo, Wants, every_frame, never_idle
from passerby.pixels.frame import U8, RawFrame
from passerby.sim.station import Station

# A loop of a minute at five pictures per second takes about 15 MB.
QUALITY = 92
# Without a picture for this long, a live camera reports a gap, once per this time.
GAP_EVERY_S = 1.0
AGAIN = "the simulated station begins again"


@dataclass(frozen=True, slots=True)
class SimulatedView:
    """Which camera of which station, and how it is drawn.

    size_px: width, height. focus_m: see Station.frames. repeats: begin again at the end.
    """

    station: Station
    camera: str
    size_px: tuple[int, int]
    fps: float
    focus_m: Callable[[float], float] | None = None
    repeats: bool = True


class SimulatedCamera:
    """A FrameSource. Its frames have the times of the simulation, its clock is this machine's.

    If the machine renders more slowly than the pictures are due, time in the pictures passes more slowly. pencil:
    cameras with the same one render in turns, so that rendering takes one core at most from the analysis.
    """

    def __init__(self, view: SimulatedView, name: str, clock: Clock, pencil: threading.Lock | None = None) -> None:
        self._view, self._name, self._clock = view, name, clock
        self._pencil = pencil or threading.Lock()
        self._kept: list[tuple[float, bytes]] = []
        self._number = 0
        self.losses = Losses()
        self.notes: tuple[str, ...] = ()

    def open(self) -> SourceInfo:
        """See FrameSource."""
        return SourceInfo(self._view.size_px, self._view.fps, "simulation")

    def close(self) -> None:
        """See FrameSource."""

    def frames(
        self, stop: threading.Event, wants: Wants = every_frame, _: IsIdle = never_idle
    ) -> Iterator[RawFrame | Gap]:
        """Yield frames in real time until `stop`, and a Gap where none is sent or the loop begins again."""
        began_s, last_s, round_s = time.monotonic(), 0.0, self._view.station.scenario.seconds
        for loop, shots in enumerate(self._loops()):
            for t_s, bgr in shots:
                at_s = loop * round_s + t_s
                while (early_s := began_s + at_s - time.monotonic()) > 0:
                    if stop.wait(min(early_s, GAP_EVERY_S)):
                        return
                    if early_s > GAP_EVERY_S and time.monotonic() - began_s - last_s > GAP_EVERY_S:
                        yield self._gap(last_s, time.monotonic() - began_s, "the camera sends no picture")
                if stop.is_set():
                    return
                began_s = max(began_s, time.monotonic() - at_s)  # rendering was late: nothing is made up for
                if loop and last_s < loop * round_s:
                    yield self._gap(last_s, at_s, AGAIN)
                last_s = at_s
                frame = self._frame(at_s, bgr)
                if wants(frame.number, frame.at):
                    yield frame

    def _loops(self) -> Iterator[Iterator[tuple[float, U8]]]:
        yield self._rendered()
        while self._view.repeats and self._view.focus_m is not None:
            yield self._rendered()  # the lens may have moved
        while self._view.repeats:
            yield ((t_s, _decoded(data)) for t_s, data in self._kept)

    def _rendered(self) -> Iterator[tuple[float, U8]]:
        view = self._view
        drawn = view.station.frames(view.camera, size_px=view.size_px, fps=view.fps, focus_m=view.focus_m)
        while True:
            with self._pencil:
                shot = next(drawn, None)
            if shot is None:
                return
            t_s, bgr, _ = shot
            if view.repeats and view.focus_m is None:
                self._kept.append((t_s, _encoded(bgr)))
            yield t_s, bgr

    def _frame(self, at_s: float, bgr: U8) -> RawFrame:
        self._number += 1
        at = Timestamp(round(at_s * NS_PER_S), self._clock.utc_ns(), None, TimeSource.ARRIVAL)
        return RawFrame(self._name, self._number, at, bgr)

    def _gap(self, from_s: float, to_s: float, why: str) -> Gap:
        at = Timestamp(round(to_s * NS_PER_S), self._clock.utc_ns(), None, TimeSource.ARRIVAL)
        return Gap(self._name, from_s, to_s, at.utc, why)


def _encoded(bgr: U8) -> bytes:
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(data)


def _decoded(data: bytes) -> U8:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)

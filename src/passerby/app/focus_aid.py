"""`passerby cameras aid`: the sharpness of a camera, live, for the person who turns its ring by hand."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Annotated

import typer

from passerby.app.clock import SystemClock
from passerby.app.onvif_login import User, connect, stream_of
from passerby.app.stopping import stop_on_signals
from passerby.contracts.errors import InputError
from passerby.contracts.events import Gap
from passerby.contracts.time import Timestamp
from passerby.ingest.open import open_source
from passerby.ingest.source import FrameSource
from passerby.scene.optics.edges import EdgeMeter
from passerby.scene.optics.sample import sample_of

# A reading every half second; noise averages out over three pictures in between.
READ_EVERY_S, PICTURE_EVERY_S = 0.5, 0.15
BAR = 40


@dataclass(frozen=True, slots=True)
class SharpnessReading:
    """sharpness: steepness of the strongest edges, 0 to 1. best: the highest so far."""

    sharpness: float
    best: float

    def __str__(self) -> str:
        share = self.sharpness / self.best
        return f"{'#' * round(BAR * share):{BAR}}  {share:4.0%} of the best so far  ({self.sharpness:.3f})"


def aid(
    source: Annotated[
        str, typer.Argument(metavar="CAMERA", help="An rtsp:// address, or HOST[:PORT] of an ONVIF camera.")
    ],
    *,
    user: User = "",
    seconds: Annotated[float | None, typer.Option(min=1, max=86400, help="End after this time.")] = None,
) -> None:
    """Show how sharp the picture of a camera is compared with its best so far, until Ctrl-C.

    Turn the ring slowly past the best position, then back until the bar is full. Only the figure leaves the
    program, no picture.
    """
    address = source if "://" in source else _stream(source, user)
    stop = threading.Event()
    with stop_on_signals(stop), closing(open_source(address, "aid", clock=SystemClock())) as opened:
        opened.open()
        is_terminal = sys.stdout.isatty()
        for reading in readings(opened, stop, seconds):
            sys.stdout.write(f"\r{reading}" if is_terminal else f"{reading}\n")
            sys.stdout.flush()
        sys.stdout.write("\n" if is_terminal else "")


def readings(source: FrameSource, stop: threading.Event, seconds: float | None) -> Iterator[SharpnessReading]:
    """Yield a reading every half second of an opened source. Raises InputError if it has no picture with edges."""
    edges, best = EdgeMeter(), 0.0
    first = seen = shown = None
    for frame in source.frames(stop):
        if isinstance(frame, Gap) or not _is_due(frame.at, seen, PICTURE_EVERY_S):
            continue
        first, seen = first or frame.at, frame.at
        edges.step(sample_of(frame.bgr, frame.at).strips)
        sharpness = edges.steepness()
        if sharpness is not None and _is_due(frame.at, shown or first, READ_EVERY_S):
            shown, best = frame.at, max(best, sharpness)
            yield SharpnessReading(sharpness, best)
        if seconds is not None and frame.at.since_s(first) >= seconds:
            break
    if not best:
        raise InputError("the camera showed no picture with edges; point it at its place and open its lens")


def _is_due(at: Timestamp, last: Timestamp | None, every_s: float) -> bool:
    return last is None or at.since_s(last) >= every_s


def _stream(address: str, user: str) -> str:
    with connect(address, user) as camera:
        profiles = camera.profiles()
    if not profiles:
        raise InputError(f"camera {address} has no stream")
    return stream_of(profiles[0], user)

"""Suite `counts`: people over the lines of the user's own clip, compared with hand counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from passerby.camera.pace import Pace
from passerby.camera.state import CameraState
from passerby.contracts.config import Camera
from passerby.contracts.errors import UsageError
from passerby.contracts.events import Event
from passerby.contracts.rules import LineCrossingRule
from passerby.evals.counts import CountScore, HandCount, compare
from passerby.evals.result import Report, Table
from passerby.ingest.file import FileSource
from passerby.pixels.frame import RawFrame
from passerby.vision.detector import Detector


def counts_suite(
    clip: Path, camera: Camera, hand: Sequence[HandCount], detector: Detector, tick: Callable[[float], None]
) -> tuple[Report, list[CountScore]]:
    """Count over the clip and compare. Raises UsageError for an unknown line, InputError."""
    known = [line.name for line in camera.lines]
    for name in sorted({one.line for one in hand} - set(known)):
        raise UsageError(
            f"the hand counts name the line {name!r}; the configuration has {', '.join(known) or 'none'}"
        )
    if not hand:
        raise UsageError("the file of hand counts has no rows: count at least a few minutes of the clip")
    crossings, ended_s = _crossings(clip, camera, detector, tick)
    late = max(one.to_s for one in hand)
    if late > ended_s + 1.0:
        raise UsageError(f"the hand counts end at {late:g} s, but the clip ends at {ended_s:.1f} s")
    errors = compare(hand, crossings)
    return _report(clip, detector, errors), errors


def _crossings(
    clip: Path, camera: Camera, detector: Detector, tick: Callable[[float], None]
) -> tuple[list[tuple[str, str, float]], float]:
    rules = tuple(LineCrossingRule(kind="line_crossing", line=line.name) for line in camera.lines)
    watched = camera.model_copy(update={"rules": rules})
    state: CameraState | None = None
    pace, crossed, last_s = Pace(camera.analysis_fps), list[Event](), 0.0
    for frame in FileSource(str(clip), camera.name).frames(threading.Event(), lambda _, at: pace.wants(at)):
        if isinstance(frame, RawFrame):
            state = state or CameraState(watched, frame.wh, detector.info)
            crossed += state.step(frame, detector.detect([frame])[0]).events
            last_s = frame.at.s
            tick(last_s)
    return [(e.place, str(e.measures[0].value), e.began_s) for e in crossed if e.kind == "line_crossing"], last_s


def _report(clip: Path, detector: Detector, errors: Sequence[CountScore]) -> Report:
    heads = ("line", "direction", "intervals", "by hand", "counted", "bias", "error", "ratio", "95 % low", "high")
    rows = tuple(
        (e.line, e.direction, e.intervals, e.true, e.counted, e.bias, e.error, e.ratio, e.low, e.high)
        for e in errors
    )
    return Report(
        suite="counts",
        title="Counts compared with hand counts",
        settings=(("clip", clip.name), ("boxes", detector.info.name)),
        tables=(
            Table(
                "Counting lines", heads, rows, "A reported count divided by the ratio is the expected true count."
            ),
        ),
        notes=(
            "95 % interval of the ratio: percentile bootstrap over the intervals of the hand counts, never "
            "narrower than the Poisson error of the observed errors plus one.",
            *(
                ("fewer than ten intervals: the confidence interval is rough, count more minutes",)
                if any(e.intervals < 10 for e in errors)
                else ()
            ),
            *(
                f"{e.line} {e.direction}: {e.true} by hand, {e.counted} counted: the error is unknown"
                for e in errors
                if not e.is_usable
            ),
        ),
    )

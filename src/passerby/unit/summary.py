"""The summary of one run, and hints on the configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from passerby.camera.loop import CameraLoop
from passerby.camera.state import CameraState
from passerby.contracts.config import Camera
from passerby.contracts.results import ModelInfo, Summary
from passerby.contracts.urls import mask_url
from passerby.contracts.version import __version__
from passerby.ingest.source import FrameSource, SourceInfo

# A picture with more covered than this shows too little of the place.
MOSTLY_COVERED = 0.5
_OR_TWICE = ", and analyze --two-pass shows more of the place"
# Widths rounded to complete macroblocks have the same aspect ratio.
SAME_SHAPE = 0.02


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Data about a run that the loop does not have.

    stopped: the run of a recording was interrupted. two_pass: its pictures were drawn in a second pass.
    """

    station: str
    camera: Camera
    model: ModelInfo
    info: SourceInfo | None
    wall_s: float
    frames_written: int
    stopped: bool = False
    two_pass: bool = False


def summarise(loop: CameraLoop, source: FrameSource, around: Circumstances) -> Summary:
    """Return summary.json's content for a run that has ended."""
    state = loop.state
    return Summary(
        station=around.station,
        camera=around.camera.name,
        source=mask_url(around.camera.source),
        picture_wh=state.frame_wh if state else (0, 0),
        seconds=round(_seconds(loop, around.info), 3),
        wall_s=round(around.wall_s, 3),
        frames=loop.frames,
        frames_analysed=loop.frames_analysed,
        frames_written=around.frames_written,
        time_is_assumed=around.info is not None and around.info.time_is_assumed,
        people_max=state.totals.people_max if state else 0,
        people_total=state.totals.people_total if state else 0,
        events={kind: n for kind, n in sorted(loop.events.items()) if n},
        stages=loop.times.table(),
        model=around.model,
        redaction=state.redactor.method if state else around.camera.redaction.mode,
        calibration_rms_cm=state.calibration_rms_cm if state else None,
        gaps=tuple(loop.gaps),
        lost=dict(_losses(loop, source)),
        hints=tuple(_hints(around.camera)),
        notes=(*source.notes, *(_notes(around, state) if state else ())),
        version=__version__,
        levels=dict(state.totals.levels) if state else {},
        stopped_at_s=_stopped_at_s(loop, around),
        recording_s=around.info.seconds if around.info else None,
        covered=state.coverage.mean() if state else None,
    )


def _seconds(loop: CameraLoop, info: SourceInfo | None) -> float:
    """Return the time from the first frame to the end of the last one, seconds."""
    if loop.first is None or loop.last is None:
        return 0.0
    last_frame_s = 1 / info.fps if info and info.fps else 0.0
    return loop.last.since_s(loop.first) + last_frame_s


def _stopped_at_s(loop: CameraLoop, around: Circumstances) -> float | None:
    """Where a run ended that was stopped; None where it had just come to the end all the same."""
    if not around.stopped:
        return None
    seconds, whole = _seconds(loop, around.info), around.info.seconds if around.info else None
    frame_s = 1 / around.info.fps if around.info and around.info.fps else 0.0
    return None if whole is not None and seconds > whole - frame_s / 2 else round(seconds, 3)


def _losses(loop: CameraLoop, source: FrameSource) -> Iterator[tuple[str, int]]:
    losses = source.losses
    counted = {
        "damaged packets or pictures": losses.decode_errors,
        "frames skipped for newer ones": losses.dropped,
        "connections lost": losses.reconnects,
        "hits kept quiet by a cool-down": loop.state.suppressed if loop.state else 0,
        **loop.lost,
    }
    return ((name, n) for name, n in counted.items() if n)


def _another_shape(drawn: tuple[int, int] | None, real: tuple[int, int]) -> Iterator[str]:
    """Return a note if the configured coordinates have another aspect ratio than the picture."""
    if drawn and abs(drawn[0] * real[1] - drawn[1] * real[0]) > SAME_SHAPE * drawn[0] * real[1]:
        yield (
            f"the coordinates were drawn on {drawn[0]} x {drawn[1]} px, the picture has {real[0]} x {real[1]} px "
            "with another aspect ratio: zones and metres are wrong until they are drawn again."
        )


def _notes(around: Circumstances, state: CameraState) -> Iterator[str]:
    yield from _another_shape(around.camera.picture_px, state.frame_wh)
    if state.no_floor_because:
        yield f"no metres: {state.no_floor_because}"
    covered = state.coverage.mean()
    if covered is not None and covered.share > MOSTLY_COVERED:
        yield (
            f"the redacted pictures are mostly covered, {covered}; redaction: {{mode: schematic}} shows zones and "
            f"people on a plain canvas instead{_OR_TWICE if around.info and not around.two_pass else ''}"
        )


def _hints(camera: Camera) -> Iterator[str]:
    if camera.calibration is None:
        yield "calibration: four points on the floor, or people: true, give speeds and densities"
    if not camera.zones:
        yield "zones: polygons, for example of a platform or a track, give counts per place"
    if not camera.lines:
        yield "lines: a line across a stair or a gate counts people in and out"
    if not camera.rules:
        yield "rules: line_crossing, fast_movement, loitering, intrusion, crowding and others give events"

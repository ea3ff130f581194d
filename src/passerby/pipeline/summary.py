"""One run summed up, and what a configuration would add to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from passerby import __version__
from passerby.contracts.config import Camera
from passerby.contracts.results import ModelInfo, Summary
from passerby.contracts.urls import mask_url
from passerby.ingest.source import FrameSource, SourceInfo
from passerby.pipeline.camera import CameraLoop

# Widths rounded to whole macroblocks are no other shape.
SAME_SHAPE = 0.02


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the loop itself does not know of its run."""

    station: str
    camera: Camera
    model: ModelInfo
    info: SourceInfo | None
    wall_s: float
    frames_written: int


def summarise(loop: CameraLoop, source: FrameSource, around: Circumstances) -> Summary:
    """Return summary.json's content for a run that has ended."""
    analysis, plane = loop.analysis, loop.analysis.plane if loop.analysis else None
    return Summary(
        station=around.station,
        camera=around.camera.name,
        source=mask_url(around.camera.source),
        picture_wh=loop.wh,
        seconds=round(_seconds(loop, around.info), 3),
        wall_s=round(around.wall_s, 3),
        frames=loop.frames,
        frames_analysed=loop.frames_analysed,
        frames_written=around.frames_written,
        time_is_assumed=around.info is not None and around.info.time_is_assumed,
        people_max=analysis.people_max if analysis else 0,
        people_total=analysis.people_total if analysis else 0,
        events={kind: n for kind, n in sorted(loop.events.items()) if n},
        stages=loop.times.table(),
        model=around.model,
        redaction=loop.sight.redactor.method if loop.sight else around.camera.redaction.mode,
        calibration_rms_cm=None if plane is None or plane.rms_cm is None else round(plane.rms_cm, 1),
        gaps=tuple(loop.gaps),
        lost=dict(_losses(loop, source)),
        hints=tuple(_hints(around.camera)),
        notes=(*source.notes, *_another_shape(around.camera.picture_px, loop.wh), *_no_floor(loop)),
        version=__version__,
        levels=dict(analysis.levels) if analysis else {},
    )


def _seconds(loop: CameraLoop, info: SourceInfo | None) -> float:
    """From the first frame to the end of the last one."""
    if loop.first is None or loop.last is None:
        return 0.0
    last_frame_s = 1 / info.fps if info and info.fps else 0.0
    return loop.last.since_s(loop.first) + last_frame_s


def _losses(loop: CameraLoop, source: FrameSource) -> Iterator[tuple[str, int]]:
    losses = source.losses
    counted = {
        "damaged packets or pictures": losses.decode_errors,
        "frames skipped for newer ones": losses.dropped,
        "connections lost": losses.reconnects,
        "frames scaled to the first one's size": losses.resized,
        "hits kept quiet by a cool-down": loop.analysis.suppressed if loop.analysis else 0,
        **loop.lost,
    }
    return ((name, n) for name, n in counted.items() if n)


def _another_shape(drawn: tuple[int, int] | None, real: tuple[int, int]) -> Iterator[str]:
    """Coordinates are scaled to the picture, which is right only if both have one shape."""
    if drawn and abs(drawn[0] * real[1] - drawn[1] * real[0]) > SAME_SHAPE * drawn[0] * real[1]:
        yield (
            f"the coordinates were drawn on {drawn[0]} x {drawn[1]} px, the picture has {real[0]} x {real[1]} px, "
            "another shape: zones and metres are off until they are drawn anew."
        )


def _no_floor(loop: CameraLoop) -> Iterator[str]:
    if loop.analysis is not None and loop.analysis.floor.refused:
        yield f"no metres: {loop.analysis.floor.refused}"


def _hints(camera: Camera) -> Iterator[str]:
    if camera.calibration is None:
        yield "calibration: four points on the floor, or people: true, give speeds and densities"
    if not camera.zones:
        yield "zones: polygons such as a platform or a track give counts per place"
    if not camera.lines:
        yield "lines: a line across a stair or a gate counts people in and out"
    if not camera.rules:
        yield "rules: line_crossing, fast_movement, loitering, intrusion, crowding and others give events"

"""Suite `mot`: detector and tracker on labelled recordings, and speeds on the floor of the labels.

PETS 2009 S2.L1 and TUD-Stadtmitte have every person's place in metres, and a homography fitted to the labels.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from passerby.camera.limits import EXACT_BOXES
from passerby.camera.state import CameraState
from passerby.contracts.arrays import F64
from passerby.contracts.calibration_settings import Calibration, CalibrationPoint
from passerby.contracts.config import Camera
from passerby.contracts.errors import UsageError
from passerby.contracts.people import Detections
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.evals.result import Aim, Report, Table
from passerby.evals.sim_tables import usable
from passerby.evals.speeds import SpeedErrors, SpeedWatch
from passerby.evals.tracking import Frame, TrackScore, score_tracks
from passerby.evals.watched import Seen
from passerby.ingest.file import FileSource
from passerby.pixels.frame import RawFrame
from passerby.vision.detector import Detector


@dataclass(frozen=True, slots=True)
class Sequence:
    """A labelled recording: its video, its labels, the name of its homography, and the target for its speeds."""

    name: str
    video: str
    labels: str
    floor: str
    fps: float
    speed_aim_mps: float


SEQUENCES = (
    Sequence("PETS 2009 S2.L1", "pets09-s2l1-f001-300.mp4", "pets09-s2l1-f001-300.txt", "pets09-s2l1", 7.0, 0.10),
    Sequence("TUD-Stadtmitte", "tud-stadtmitte-480p25.mp4", "tud-stadtmitte.txt", "tud-stadtmitte", 25.0, 0.17),
)


def mot_suite(data: Path, detector: Detector | None) -> Report:
    """Run both sequences; with `detector` None, use the labels' boxes. Raises UsageError if data or TrackEval are
    missing."""
    rows, aims = [], []
    for sequence in SEQUENCES:
        score, speeds = _run(data, sequence, detector)
        mae, *rest = _figures(speeds)
        made = f"{score.made} / {score.true}"
        rows.append((sequence.name, score.hota, score.mota, score.idf1, made, len(speeds), mae, *rest))
        aims.append(
            Aim(f"mot.speed.{sequence.floor}", f"speed MAE on {sequence.name}", sequence.speed_aim_mps, mae, "m/s")
        )
    info = detector.info if detector else None
    heads = (
        "sequence",
        "HOTA",
        "MOTA",
        "IDF1",
        "identities made / true",
        "speeds",
        "speed MAE, m/s",
        "median error",
        "bias",
        "MAE where own σ ≤ 0.2",
    )
    return Report(
        suite="mot",
        title="Labelled recordings: detector, tracker, speed",
        settings=(("boxes", f"{info.name} {info.input_wh[0]}x{info.input_wh[1]}" if info else "of the labels"),),
        tables=(Table("Tracking and speed", heads, tuple(rows)),),
        aims=tuple(aims) if detector else (),
        notes=(
            "HOTA, MOTA and IDF1 by TrackEval over every frame, for tracks that are confirmed and matched. "
            "Speeds as in the suite sim: compared with the labels' mean speed over the same second, on a "
            "homography fitted to the foot points of the labels.",
        ),
    )


def _figures(speeds: SpeedErrors) -> tuple[float | None, ...]:
    """Return mean and median absolute error, bias, and the mean for a small stated error."""
    error, sure = speeds.window_mps, usable(speeds).window_mps
    if not len(error):
        return None, None, None, None
    size = np.abs(error)
    return (
        float(size.mean()),
        float(np.median(size)),
        float(error.mean()),
        float(np.abs(sure).mean()) if len(sure) else None,
    )


def _run(data: Path, sequence: Sequence, detector: Detector | None) -> tuple[TrackScore, SpeedErrors]:
    labels = _labels(data, sequence)
    wh, frames = _found(data, sequence, labels, detector)
    camera = Camera(name="labelled", source=sequence.video, calibration=_floor(data, sequence, wh))
    state = CameraState(camera, wh, detector.info if detector else EXACT_BOXES)
    watch, tracks_of = SpeedWatch(), list[Frame]()
    for number, found in enumerate(frames, 1):
        result = state.step(None, found)
        tracks = result.tracks
        watch.add(_seen(labels, number, sequence.fps), tracks, result.ground)
        seen = tracks.confirmed & ~tracks.predicted
        tracks_of.append((tracks.id[seen], tracks.xyxy_px[seen]))
    return score_tracks(labels, tracks_of), watch.errors()


def _labels(data: Path, sequence: Sequence) -> F64:
    path = data / "mot" / sequence.labels
    if not path.is_file():
        raise UsageError(f"{path}: no labels; give the folder of the labelled recordings with --data")
    return np.loadtxt(path, delimiter=",")


def _found(
    data: Path, sequence: Sequence, labels: F64, detector: Detector | None
) -> tuple[tuple[int, int], Iterator[Detections]]:
    video = data.parent / "media" / sequence.video
    if detector is not None and not video.is_file():
        raise UsageError(f"{video}: no such video; it must be beside the folder given with --data")
    if detector is None:
        width, height = _sizes(data)[sequence.floor]
        return (width, height), _labelled(labels, sequence.fps, (width, height))
    frames = _frames(video)
    first = next(frames)
    return first.wh, _detected(first, frames, sequence.fps, detector)


def _frames(video: Path) -> Iterator[RawFrame]:
    for item in FileSource(str(video), "labelled").frames(threading.Event()):
        if isinstance(item, RawFrame):
            yield item


def _detected(first: RawFrame, rest: Iterator[RawFrame], fps: float, detector: Detector) -> Iterator[Detections]:
    for frame in (one for part in ((first,), rest) for one in part):
        (boxes,) = detector.detect([frame])
        # The labels' own rate is used: the video file of PETS states another one.
        yield Detections("labelled", _at(frame.number, fps), boxes.frame_wh, boxes.xyxy_px, boxes.score)


def _labelled(labels: F64, fps: float, wh: tuple[int, int]) -> Iterator[Detections]:
    for number in range(1, int(labels[:, 0].max()) + 1):
        boxes = _seen(labels, number, fps).xyxy_px
        yield Detections("labelled", _at(number, fps), wh, boxes, np.full(len(boxes), 0.95, np.float32))


def _seen(labels: F64, number: int, fps: float) -> Seen:
    rows = labels[labels[:, 0] == number]
    boxes = np.hstack([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]]).astype(np.float32)
    unknown = np.full(len(rows), np.nan)
    return Seen((number - 1) / fps, rows[:, 1].astype(np.int64), rows[:, 7:9], unknown, unknown, boxes, unknown)


def _at(number: int, fps: float) -> Timestamp:
    return Timestamp(round((number - 1) * NS_PER_S / fps))


def _sizes(data: Path) -> dict[str, tuple[int, int]]:
    floors = json.loads((data / "mot" / "homographies.json").read_text("utf-8"))
    return {name: (int(f["image_size"][0]), int(f["image_size"][1])) for name, f in floors.items()}


def _floor(data: Path, sequence: Sequence, wh: tuple[int, int]) -> Calibration:
    """A calibration by points of the lower half of the picture, mapped by the labels' homography."""
    floors = json.loads((data / "mot" / "homographies.json").read_text("utf-8"))
    matrix = np.array(floors[sequence.floor]["image_to_world_m"])
    (w, h), (own_w, own_h) = wh, _sizes(data)[sequence.floor]
    grid = [(w * x, h * y) for x in (0.05, 0.35, 0.65, 0.95) for y in (0.5, 0.65, 0.8, 0.97)]
    points = []
    for x, y in grid:
        u, v, d = matrix @ (x * own_w / w, y * own_h / h, 1.0)
        points.append(CalibrationPoint(px=(x, y), m=(float(u / d), float(v / d))))
    return Calibration(points=tuple(points), click_sd_px=1.0)

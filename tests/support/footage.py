"""Evaluation footage beside the checkout: what a detector finds in it, and what is true of it. Never shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from passerby.contracts.boxes import iou
from passerby.contracts.people import Detections
from passerby.pixels.frame import RawFrame
from passerby.vision.detector import Detector
from passerby.vision.tracker import Tracker
from support.hota import Frames, Scores, scores
from support.seen import CAMERA, at

# Video and ground truth of each sequence.
SEQUENCES = {
    "pets": ("pets09-s2l1-f001-300.mp4", "pets09-s2l1-f001-300.txt"),
    "tud": ("tud-stadtmitte-480p25.mp4", "tud-stadtmitte.txt"),
}


def frames(shared: Path, name: str) -> Iterator[RawFrame]:
    """The pictures of a sequence, numbered from 1."""
    with av.open(str(shared / "media" / SEQUENCES[name][0])) as file:
        for number, picture in enumerate(file.decode(video=0), 1):
            yield RawFrame(CAMERA, number, at(picture.time), picture.to_ndarray(format="bgr24"))


def truth_of(shared: Path, name: str) -> Frames:
    """Every box of a sequence, those with MOTChallenge's zero mark included: they are people all the same."""
    return _by_frame(np.loadtxt(shared / "groundtruth" / "mot" / SEQUENCES[name][1], delimiter=","))


def people_in_still(shared: Path, name: str, number: int) -> NDArray[np.float32]:
    """Boxes (N, 4) of the people in a MOT17 still who are at least a quarter visible."""
    rows = np.loadtxt(shared / "groundtruth" / "mot" / f"{name}-stills.txt", delimiter=",")
    counts = (rows[:, 6] == 1) & (rows[:, 7] == 1) & (rows[:, 8] >= 0.25)
    return _by_frame(rows[counts])[number][1]


def _by_frame(rows: NDArray[np.float64]) -> Frames:
    """MOTChallenge rows (frame, number, x, y, w, h, ...) as frames."""
    xyxy = np.hstack([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]]).astype(np.float32)
    each = {int(f): rows[:, 0] == f for f in np.unique(rows[:, 0])}
    return {f: (rows[here, 1].astype(np.int64), xyxy[here]) for f, here in each.items()}


def found_in(shared: Path, name: str, detector: Detector, most: int | None = None) -> list[Detections]:
    """What a detector finds in the first `most` pictures."""
    found: list[Detections] = []
    for frame in frames(shared, name):
        if most is not None and frame.number > most:
            break
        found += detector.detect([frame])
    return found


def tracking_scores(found: list[Detections], score: float, true: Frames) -> Scores:
    """How well the tracker follows: its confirmed, really seen rows against the truth."""
    tracker, reported = Tracker(CAMERA, score), {}
    for number, detections in enumerate(found, 1):
        tracks = tracker.step(detections)
        seen = tracks.confirmed & ~tracks.predicted
        reported[number] = (tracks.id[seen], tracks.xyxy_px[seen])
    return scores(true, reported)


def matched(boxes: NDArray[np.float32], true: NDArray[np.float32]) -> int:
    """How many boxes of `true` have one of `boxes` at overlap 0.5, each used once, best first."""
    overlap, pairs = iou(boxes, true), 0
    while overlap.size and overlap.max() >= 0.5:
        i, j = np.unravel_index(int(overlap.argmax()), overlap.shape)
        overlap[i], overlap[:, j] = 0, 0
        pairs += 1
    return pairs

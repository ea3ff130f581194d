"""Frames of a simulated camera for the analysis: exact boxes without a picture, or a detector's boxes.

Exact boxes are those of the complete figure, clipped at the picture's border, of all people visible to at least
`LEAST_SEEN`: the output of an ideal detector. More occluded people are missing.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from passerby.contracts.arrays import F32, F64, I64, Bools
from passerby.contracts.boxes import area
from passerby.contracts.people import Detections
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.evals.silhouettes import silhouettes, small_camera
from passerby.pixels.frame import U8, RawFrame
from passerby.sim.camera import SimCamera
from passerby.sim.faults import Faults
from passerby.sim.geometry import quads_of
from passerby.sim.ledger import Ledger
from passerby.sim.render import Closet, people_of
from passerby.sim.station import Station, camera_of
from passerby.sim.truth import FrameTruth
from passerby.sim.view import View
from passerby.sim.world import Snapshot
from passerby.vision.boxes import clip
from passerby.vision.detector import Detector

LEAST_SEEN = 0.25
SURE = 0.95
FLAT_M = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The true people of one frame; rows are the people in the picture who are not occluded.

    t_s: the time. id (N,), speed_mps (N,), distance_m (N,), xyxy_px float32 (N, 4), visibility (N,) of the figure.
    pos_m: (N, 2), NaN for people on stairs or on a track bed, where the floor's calibration does not apply.
    """

    t_s: float
    id: I64
    pos_m: F64
    speed_mps: F64
    distance_m: F64
    xyxy_px: F32
    visibility: F64


MakeBoxes = Callable[[str, Timestamp, Seen], Detections]
"""Returns the detections of a camera at a time, from the true people."""


@dataclass(frozen=True, slots=True, eq=False)
class WatchedFrame:
    """One analysed frame: the detections, the true people, and the picture if there is one."""

    found: Detections
    seen: Seen
    frame: RawFrame | None = None


def exact_frames(
    station: Station,
    camera: str,
    wh: tuple[int, int],
    seconds: float,
    fps: float,
    ledger: Ledger,
    boxes: MakeBoxes | None = None,
) -> Iterator[WatchedFrame]:
    """Yield frames at `fps` with exact boxes, with the camera's faults of time and pose.

    boxes: makes the detections of a frame in place of the exact ones.

    One pass through the world is enough: `ledger` is updated at the camera's own rate in between.
    """
    model = station.model(camera)
    faults = Faults(station.scenario.faults, camera, station.seed)
    blank = np.zeros((1, 1, 3), np.uint8)
    drawn = _Drawn(station, camera_of(model, wh), faults, seconds)

    def shots() -> Iterator[tuple[float, U8, Seen]]:
        own = ((k / model.fps, 0) for k in range(round(seconds * model.fps)))
        looked = ((k / fps, 1) for k in range(round(seconds * fps)))
        for t_s, is_look in heapq.merge(own, looked):
            snapshot = drawn.world.at(t_s)
            if is_look:
                yield t_s, blank, drawn.seen(snapshot)
            else:
                ledger.add(snapshot)

    for sent_s, _, seen in faults.timing(shots()):
        yield WatchedFrame((boxes or partial(exact_boxes, wh))(camera, _at(sent_s), seen), seen)


def exact_boxes(wh: tuple[int, int], camera: str, at: Timestamp, seen: Seen) -> Detections:
    """Return the true boxes of a frame as detections."""
    return Detections(camera, at, wh, seen.xyxy_px, np.full(len(seen.id), SURE, np.float32))


def detected_frames(
    station: Station, camera: str, wh: tuple[int, int], seconds: float, fps: float, detector: Detector
) -> Iterator[WatchedFrame]:
    """Yield frames at `fps`, rendered at `wh` and processed by `detector`; no other frame is rendered."""
    for sent_s, bgr, truth in station.frames(camera, seconds, size_px=wh, fps=fps):
        frame = RawFrame(camera, truth.number, _at(sent_s), bgr)
        (found,) = detector.detect([frame])
        yield WatchedFrame(found, _seen_of(truth, wh), frame)


def pictured_frames(
    station: Station, camera: str, wh: tuple[int, int], seconds: float, fps: float
) -> Iterator[WatchedFrame]:
    """Yield frames at `fps`, rendered at `wh`, with exact boxes."""
    for sent_s, bgr, truth in station.frames(camera, seconds, size_px=wh, fps=fps):
        at, seen = _at(sent_s), _seen_of(truth, wh)
        yield WatchedFrame(exact_boxes(wh, camera, at, seen), seen, RawFrame(camera, truth.number, at, bgr))


def _at(t_s: float) -> Timestamp:
    return Timestamp(round(t_s * NS_PER_S))


def _on_floor(xyz_m: F64) -> F64:
    return np.where(np.abs(xyz_m[:, 2:]) < FLAT_M, xyz_m[:, :2], np.nan)


def _seen_of(truth: FrameTruth, wh: tuple[int, int]) -> Seen:
    rows = truth.visibility >= LEAST_SEEN
    box = clip(truth.box_px[rows].astype(np.float32), wh)
    return Seen(
        truth.t_s,
        truth.id[rows],
        _on_floor(truth.xyz_m[rows]),
        truth.speed_mps[rows],
        truth.distance_m[rows],
        box,
        truth.visibility[rows],
    )


class _Drawn:
    """The people in the picture at each moment, without rendering it."""

    def __init__(self, station: Station, camera: SimCamera, faults: Faults, seconds: float) -> None:
        self.world = station.world(seconds)
        self._closet = Closet(self.world, station.seed)
        self._faults, self._home = faults, camera
        self._quads = quads_of(station.scenario.layout)
        self._views: dict[SimCamera, View] = {}

    def seen(self, snapshot: Snapshot) -> Seen:
        """Return the people in the picture at this moment."""
        camera = self._faults.pointing(self._home, snapshot.t_s)
        view = self._view(camera)
        people = people_of(snapshot, self._closet)
        # Left bags have negative numbers: they occlude no person and are not people.
        people = people.take(np.flatnonzero((people.id > 0) & _near(people.xyz_m, camera)))
        if not len(people):
            return Seen(
                snapshot.t_s,
                people.id,
                np.zeros((0, 2)),
                np.zeros(0),
                np.zeros(0),
                np.zeros((0, 4), "f4"),
                np.zeros(0),
            )
        shape = silhouettes(people, camera, view, view.stage(snapshot.trains))
        box = clip(shape.box_px, camera.size_px)
        rows = (shape.visibility >= LEAST_SEEN) & (area(box) >= 4)
        away = np.linalg.norm(people.xyz_m - np.array(camera.position_m), axis=-1)
        return Seen(
            snapshot.t_s,
            people.id[rows],
            _on_floor(people.xyz_m[rows]),
            people.speed_mps[rows],
            away[rows],
            box[rows],
            shape.visibility[rows],
        )

    def _view(self, camera: SimCamera) -> View:
        if camera not in self._views:
            self._views[camera] = View(self._quads, small_camera(camera), oversample=1)
        return self._views[camera]


def _near(xyz_m: F64, camera: SimCamera) -> Bools:
    """Return which people (N,) can be in the picture: in front, and not far outside its borders."""
    foot, depth = camera.project(xyz_m)
    w, h = camera.size_px
    reach = 2.5 * camera.focal_px / np.maximum(depth, 0.3)
    inside = (foot[:, 0] > -reach) & (foot[:, 0] < w + reach) & (foot[:, 1] > -reach) & (foot[:, 1] < h + reach)
    return np.asarray(inside & (depth > 0.3))

"""The ground truth of a picture: exact, from the world and from the drawing, never from the pixels."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.arrays import F64, I64
from passerby.sim.train import TrainPosition


@dataclass(frozen=True, slots=True, eq=False)
class FrameTruth:
    """The ground truth of one frame; rows are the people with a part inside the picture.

    number: from 1. t_s: the frame's exact time.
    id: int64 (N,), a simulated person. xyz_m (N, 3): position of the feet. speed_mps, heading_rad (N,).
    box_px: (N, 4) left, top, right, bottom of the complete figure, occluded parts included; may extend beyond the
    picture.
    visibility: (N,) fraction of the figure's pixels that is visible, 0 to 1.
    foot_px: (N, 2) xyz_m in the picture. face_px: (N, 4), NaN if no face is visible.
    distance_m: (N,) from the camera. posture: int64 (N,), see pose.Posture.
    trains: in view. people: all people in the world, visible or not.
    """

    number: int
    t_s: float
    id: I64
    xyz_m: F64
    speed_mps: F64
    heading_rad: F64
    box_px: F64
    visibility: F64
    foot_px: F64
    face_px: F64
    distance_m: F64
    posture: I64
    trains: tuple[TrainPosition, ...]
    people: int

"""What is really in a picture: exact, from the world and from the drawing, never from looking at it."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.arrays import F64, I64
from passerby.sim.train import TrainPosition


@dataclass(frozen=True, slots=True, eq=False)
class FrameTruth:
    """One frame's truth; rows are the people any part of whom is inside the picture.

    number: from 1. t_s: the frame's exact time.
    id: int64 (N,), a person of the simulation. xyz_m (N, 3): where the feet are. speed_mps, heading_rad (N,).
    box_px: (N, 4) left, top, right, bottom of the whole figure, occluded parts included; may leave the picture.
    visibility: (N,) share of the figure's pixels that are seen, 0 to 1.
    foot_px: (N, 2) where xyz_m is in the picture. face_px: (N, 4), NaN where no face looks here or it is occluded.
    distance_m: (N,) from the camera. posture: int64 (N,), see pose.Posture.
    trains: in sight. people: everybody in the world, seen or not.
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

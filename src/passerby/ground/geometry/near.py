"""Distances on the floor around a spot, and along a zone; by body heights where the floor is not known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F64
from passerby.contracts.people import GroundTracks
from passerby.ground.geometry.places import BODY_M, Area, body_scale_m
from passerby.ground.geometry.plane import GroundPlane


def distance_m(plane: GroundPlane | None, spot_px: tuple[float, float], ground: GroundTracks) -> F64:
    """Return how far (N,) each person's foot is from a spot on the floor, metres."""
    beside_px = ground.foot_px.astype(np.float64) - np.array(spot_px)
    away: F64 = np.hypot(beside_px[:, 0], beside_px[:, 1]) * body_scale_m(ground.height_px)
    spot = None if plane is None else plane.to_floor(np.array([spot_px]))
    if spot is not None and spot.valid[0]:
        known = ground.on_floor
        away[known] = np.linalg.norm(ground.pos_m[known] - spot.pos_m[0], axis=1)
    return away


def standing_px(plane: GroundPlane, foot_px: F64) -> F64:
    """Return how high (N,) somebody of 1.7 m who stands at `foot_px` (N, 2) is in the picture; NaN off the floor.

    Across the view a metre upright and a metre on the floor are equally long; the camera's tilt is left out, which
    makes it up to a tenth too high at 25 degrees.
    """
    floor = plane.exact().to_floor(foot_px, 1.0)
    best_m_per_px = np.full(len(foot_px), np.nan)
    best_m_per_px[floor.valid] = np.sqrt(np.linalg.eigvalsh(floor.cov_m2[floor.valid])[:, 0])
    return np.asarray(BODY_M / best_m_per_px)


@dataclass(frozen=True, slots=True)
class Axis:
    """The long direction of a zone: where along it somebody is."""

    _plane: GroundPlane | None
    _origin: F64
    _unit: F64

    @staticmethod
    def of(area: Area, plane: GroundPlane | None) -> Axis:
        """Return the axis of `area`, on the floor if the whole zone is on it."""
        corners = np.array(area.polygon_px, np.float64)
        floor = None if plane is None else plane.to_floor(corners)
        if plane is not None and floor is not None and floor.valid.all():
            return Axis(plane.exact(), *_long_way(floor.pos_m))
        return Axis(None, *_long_way(corners))

    def along_m(self, ground: GroundTracks) -> F64:
        """Return how far along (N,) each foot is, metres from the zone's middle; NaN off the floor.

        Without a floor it is exact in differences only while somebody keeps their distance from the camera.
        """
        if self._plane is not None:
            return np.asarray((ground.pos_m - self._origin) @ self._unit)
        along_px = (ground.foot_px.astype(np.float64) - self._origin) @ self._unit
        return np.asarray(along_px * body_scale_m(ground.height_px))


def _long_way(corners: F64) -> tuple[F64, F64]:
    """Return the middle (2,) and the direction (2,) in which corners (N, 2) are spread most."""
    middle = corners.mean(axis=0)
    _, _, directions = np.linalg.svd(corners - middle)
    return middle, np.asarray(directions[0])

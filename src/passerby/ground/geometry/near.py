"""Distances on the floor around a spot, and along a zone; in body heights if there is no floor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F64
from passerby.contracts.people import GroundTracks
from passerby.ground.geometry.places import BODY_M, Area, body_scale_m
from passerby.ground.geometry.plane import GroundPlane, variances


def distance_m(plane: GroundPlane | None, spot_px: tuple[float, float], ground: GroundTracks) -> F64:
    """Return the distance (N,) of each foot point from a spot on the floor, metres."""
    beside_px = ground.foot_px.astype(np.float64) - np.array(spot_px)
    away: F64 = np.hypot(beside_px[:, 0], beside_px[:, 1]) * body_scale_m(ground.height_px)
    spot = None if plane is None else plane.to_floor(np.array([spot_px]))
    if spot is not None and spot.valid[0]:
        known = ground.on_floor
        away[known] = np.linalg.norm(ground.pos_m[known] - spot.pos_m[0], axis=1)
    return away


def standing_px(plane: GroundPlane, foot_px: F64) -> F64:
    """Return the height (N,) in px of a person of 1.7 m at `foot_px` (N, 2); NaN off the floor.

    Across the view a metre upright and a metre on the floor have equal length; the camera's tilt is ignored, which
    gives up to a tenth too much at 25 degrees.
    """
    best_m_per_px = np.sqrt(variances(plane.exact().to_floor(foot_px, 1.0).cov_m2)[:, 0])
    return np.asarray(BODY_M / best_m_per_px)


@dataclass(frozen=True, slots=True)
class Axis:
    """The long axis of a zone, and positions along it."""

    _plane: GroundPlane | None
    _origin: F64
    _unit: F64

    @staticmethod
    def of(area: Area, plane: GroundPlane | None) -> Axis:
        """Return the axis of `area`, on the floor if the complete zone is on it."""
        corners = np.array(area.polygon_px, np.float64)
        floor = None if plane is None else plane.to_floor(corners)
        if plane is not None and floor is not None and floor.valid.all():
            return Axis(plane.exact(), *_long_way(floor.pos_m))
        return Axis(None, *_long_way(corners))

    def along_m(self, ground: GroundTracks) -> F64:
        """Return the position (N,) of each foot point along the axis, metres from the zone's middle; NaN off the
        floor.

        Without a floor only differences are exact, while the person keeps their distance from the camera.
        """
        if self._plane is not None:
            return np.asarray((ground.pos_m - self._origin) @ self._unit)
        along_px = (ground.foot_px.astype(np.float64) - self._origin) @ self._unit
        return np.asarray(along_px * body_scale_m(ground.height_px))


def _long_way(corners: F64) -> tuple[F64, F64]:
    """Return the middle (2,) and the direction (2,) of the largest spread of corners (N, 2)."""
    middle = corners.mean(axis=0)
    _, _, directions = np.linalg.svd(corners - middle)
    return middle, np.asarray(directions[0])

"""Zones and lines as drawn in the picture, asked in metres where the floor is known."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely

from passerby.contracts.arrays import F32, F64, Bools
from passerby.contracts.config import Line, Zone
from passerby.contracts.people import GroundTracks
from passerby.ground.plane import GroundPlane

# Where there is no calibration a person's own height is the ruler: most adults are within 10 % of it.
BODY_M = 1.7


def body_scale_m(height_px: F32) -> F64:
    """Return metres per picture pixel beside each person (N,), from the height of their box (N,)."""
    return np.asarray(BODY_M / np.maximum(height_px, 1.0), np.float64)


@dataclass(frozen=True, slots=True)
class Area:
    """A zone. A foot is inside or not whatever the calibration: a homography keeps polygons."""

    name: str
    kind: str
    polygon_px: tuple[tuple[float, float], ...]
    area_m2: float | None
    _shape: shapely.Polygon = field(repr=False, compare=False)

    @staticmethod
    def of(zone: Zone, plane: GroundPlane | None) -> Area:
        """Build the area of `zone`; its size in m² is None without a floor, or if it reaches above the horizon."""
        shape = shapely.Polygon(zone.polygon_px)
        shapely.prepare(shape)
        return Area(zone.name, zone.kind, zone.polygon_px, _area_m2(zone, plane), shape)

    def contains(self, foot_px: F32) -> Bools:
        """Return which feet (N, 2) stand inside; the border belongs to the zone."""
        return np.asarray(shapely.intersects_xy(self._shape, foot_px[:, 0], foot_px[:, 1]), bool)


def _area_m2(zone: Zone, plane: GroundPlane | None) -> float | None:
    if plane is None:
        return None
    floor = plane.to_floor(np.array(zone.polygon_px))
    return float(shapely.Polygon(floor.pos_m).area) if floor.valid.all() else None


@dataclass(frozen=True, slots=True)
class Gate:
    """A counting line. Somebody walking from `from_px` to `to_px` has its left on the negative side."""

    name: str
    from_px: tuple[float, float]
    to_px: tuple[float, float]
    plane: GroundPlane | None = None

    @staticmethod
    def of(line: Line, plane: GroundPlane | None) -> Gate:
        """Build the gate of `line`."""
        return Gate(line.name, line.from_px, line.to_px, plane)

    def offset_m(self, ground: GroundTracks) -> F64:
        """Return the signed distance (N,) of each foot from the line, metres; negative on its left.

        Measured on the floor where that is known, by body heights elsewhere.
        """
        side_px = self._side_px(ground.foot_px)
        distance = np.abs(side_px) * body_scale_m(ground.height_px)
        ends = None if self.plane is None else self.plane.to_floor(np.array([self.from_px, self.to_px]))
        if ends is not None and ends.valid.all():
            on_floor = ground.on_floor
            distance[on_floor] = np.abs(_cross(ends.pos_m[0], ends.pos_m[1], ground.pos_m[on_floor]))
        return np.asarray(np.sign(side_px) * distance)

    def is_crossed(self, from_px: F64, to_px: F64) -> bool:
        """Return whether the straight way between two feet (2,) meets the line between its ends."""
        way = shapely.LineString([from_px, to_px])
        return bool(way.intersects(shapely.LineString([self.from_px, self.to_px])))

    def _side_px(self, foot_px: F32) -> F64:
        return _cross(np.array(self.from_px), np.array(self.to_px), foot_px.astype(np.float64))


def _cross(a: F64, b: F64, points: F64) -> F64:
    """Signed distance (N,) of points from the line a -> b; with y pointing down, negative is to the left."""
    along = (b - a) / np.linalg.norm(b - a)
    return np.asarray(along[0] * (points[:, 1] - a[1]) - along[1] * (points[:, 0] - a[0]))

"""Zones and lines as drawn in the picture, with distances in metres if there is a floor."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import shapely

from passerby.contracts.arrays import F32, F64, Bools
from passerby.contracts.config import Line, Zone
from passerby.contracts.people import GroundTracks
from passerby.ground.geometry.foot import AHEAD_M, foot_sd_px
from passerby.ground.geometry.plane import FloorPoints, GroundPlane, square, variances

# Without a calibration the height of a person is the scale: most adults are within 10 % of it. The value is the
# rounded mean of adults in shoes; the publications are at PEOPLE_M (calibration/selfcal.py).
BODY_M = 1.7


def body_scale_m(height_px: F32 | F64) -> F64:
    """Return metres per picture pixel at each person (N,), from the height of their box (N,)."""
    return np.asarray(BODY_M / np.maximum(height_px, 1.0), np.float64)


@dataclass(frozen=True, slots=True)
class Area:
    """A zone. Whether a foot point is inside does not depend on the calibration: a homography keeps polygons."""

    name: str
    kind: str
    polygon_px: tuple[tuple[float, float], ...]
    area_m2: float | None
    zone: Zone = field(repr=False, compare=False)
    _shape: shapely.Polygon = field(repr=False, compare=False)

    @staticmethod
    def of(zone: Zone, plane: GroundPlane | None) -> Area:
        """Return the area of `zone`; its size in m² is None without a floor, or if it reaches above the
        horizon."""
        shape = shapely.Polygon(zone.polygon_px)
        shapely.prepare(shape)
        return Area(zone.name, zone.kind, zone.polygon_px, _area_m2(zone, plane), zone, shape)

    def contains(self, foot_px: F32) -> Bools:
        """Return which foot points (N, 2) are inside; the border belongs to the zone."""
        return np.asarray(shapely.intersects_xy(self._shape, foot_px[:, 0], foot_px[:, 1]), bool)

    def has(self, ground: GroundTracks) -> Bools:
        """Return which people (N,) have their foot point inside; computed once a frame for equal zones."""
        return _inside(self, ground)

    def distance_px(self, foot_px: tuple[float, float]) -> float:
        """Return the distance of a foot point from the zone, pixels; 0 inside."""
        return float(self._shape.distance(shapely.Point(foot_px)))


# The rules and meters of a zone ask about the same frame; one frame of each zone of a unit.
@lru_cache(maxsize=64)
def _inside(area: Area, ground: GroundTracks) -> Bools:
    return area.contains(ground.foot_px)


def _area_m2(zone: Zone, plane: GroundPlane | None) -> float | None:
    if plane is None:
        return None
    floor = plane.to_floor(np.array(zone.polygon_px))
    return float(shapely.Polygon(floor.pos_m).area) if floor.valid.all() else None


@dataclass(frozen=True, slots=True)
class Gate:
    """A counting line. When walking from `from_px` to `to_px`, its left is the negative side."""

    name: str
    from_px: tuple[float, float]
    to_px: tuple[float, float]
    _floor: GroundPlane | None = field(repr=False, compare=False)
    _ends_m: F64 = field(repr=False, compare=False)

    @staticmethod
    def of(line: Line, plane: GroundPlane | None) -> Gate:
        """Return the gate of `line`; it is measured on the floor if both its ends are on it."""
        ends_px = np.array([line.from_px, line.to_px])
        ends = None if plane is None else plane.to_floor(ends_px)
        if plane is None or ends is None or not ends.valid.all():
            return Gate(line.name, line.from_px, line.to_px, None, ends_px)
        return Gate(line.name, line.from_px, line.to_px, plane.exact(), ends.pos_m)

    def offset_m(self, ground: GroundTracks) -> tuple[F64, F64]:
        """Return the signed distance (N,) of each foot point from the line and its standard deviation (N,),
        metres.

        Negative on the line's left. On the floor if there is one, otherwise by body heights. The deviation is that
        of the foot point across the line; an error of the calibration shifts foot point and line equally.
        """
        feet, sd_px = self.feet_px(ground), foot_sd_px(ground.height_px, ground.predicted)
        scale = body_scale_m(ground.height_px)
        offset, sd = scale * _cross(np.array([self.from_px, self.to_px]), feet), scale * sd_px
        if self._floor is not None and ground.on_floor.any():
            _, floor = _standing(self._floor, ground)
            away = np.abs(_cross(self._ends_m, floor.pos_m))
            offset = np.where(ground.on_floor, np.sign(offset) * away, offset)
            sd = np.where(ground.on_floor, _sd_across(self._ends_m, floor.cov_m2), sd)
        return offset, sd

    def feet_px(self, ground: GroundTracks) -> F64:
        """Return the positions of people in the picture (N, 2): the smoothed position if there is a floor."""
        if self._floor is not None and ground.on_floor.any():
            return np.where(ground.on_floor[:, None], _standing(self._floor, ground)[0], ground.foot_px)
        return ground.foot_px.astype(np.float64)

    def is_crossed(self, from_px: F64, to_px: F64) -> Bools:
        """Return whether the straight connections (N,) of foot points (N, 2) cross the line between its ends."""
        ways = shapely.linestrings(np.stack([from_px, to_px], axis=1))
        return np.asarray(shapely.intersects(ways, shapely.linestrings([self.from_px, self.to_px])), bool)


def _cross(ends: F64, points: F64) -> F64:
    """Signed distance (N,) of points from the line between `ends` (2, 2); with y pointing down, negative is to the
    left."""
    x, y = _along(ends)
    return np.asarray(x * (points[:, 1] - ends[0, 1]) - y * (points[:, 0] - ends[0, 0]))


def _along(ends: F64) -> F64:
    """Return the unit vector (2,) from one end of a line to the other."""
    way = ends[1] - ends[0]
    return np.asarray(way / np.hypot(way[0], way[1]))


# The lines of a camera ask about the same frame, one after the other; one frame of each camera of a unit.
@lru_cache(maxsize=16)
def _standing(floor: GroundPlane, ground: GroundTracks) -> tuple[F64, FloorPoints]:
    """Return where people stand, in the picture (N, 2) and with its error on the floor; NaN off the floor."""
    feet_px = floor.to_picture(_stand_m(floor, ground.pos_m))
    return feet_px, floor.to_floor(feet_px, foot_sd_px(ground.height_px, ground.predicted))


def _stand_m(floor: GroundPlane, pos_m: F64) -> F64:
    """Return the positions (N, 2) of people with boxes that end at `pos_m`: slightly behind the nearer foot.

    Away from the camera is the direction in which a pixel is longest on the floor; straight below the camera there
    is none.
    """
    feet_px = floor.to_picture(pos_m)
    cov = floor.to_floor(feet_px, 1.0).cov_m2
    smaller, larger = variances(cov).T
    oblique = np.sqrt(np.maximum(1.0 - smaller / larger, 0.0))
    angle = np.arctan2(2 * cov[:, 0, 1], cov[:, 0, 0] - cov[:, 1, 1]) / 2
    away = AHEAD_M * oblique[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    is_nearer = floor.to_picture(pos_m + away)[:, 1] > feet_px[:, 1]
    return np.asarray(pos_m + np.where(is_nearer[:, None], -away, away))


def _sd_across(ends_m: F64, cov_m2: F64) -> F64:
    """Return the standard deviation (N,) at right angles to a line, from covariances (N, 2, 2)."""
    x, y = _along(ends_m)
    return np.asarray(np.sqrt(square(np.array([-y, x]), cov_m2)))

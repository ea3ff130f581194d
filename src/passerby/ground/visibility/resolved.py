"""How much of a zone's floor the picture resolves: known to stand on, and near enough for a person to be found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from passerby.contracts.arrays import F64, Bools
from passerby.contracts.config import Zone
from passerby.ground.geometry.foot import foot_sd_px
from passerby.ground.geometry.near import standing_px
from passerby.ground.geometry.plane import GroundPlane

# Points a zone is sampled at, about; more would not change a share given in percent.
POINTS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Places on a zone's floor, spread evenly: feet_px (N, 2) and height_px (N,) of adults who stand there.

    resolved: bool (N,), whether they are high enough to be found and have a position.
    """

    feet_px: F64
    height_px: F64
    resolved: Bools


def spots_of(zone: Zone, plane: GroundPlane, least_height_px: float, points: int = POINTS) -> Spots | None:
    """Return about so many spots of a zone; None where it has no size on the floor.

    A person's height in pixels is taken from the scale across the view at their feet, which is theirs too in a
    camera that looks ahead; it is too large straight below one.
    """
    floor = plane.to_floor(np.array(zone.polygon_px))
    if not floor.valid.all():
        return None
    feet_px = plane.to_picture(_grid(shapely.Polygon(floor.pos_m), points))
    height_px = standing_px(plane, feet_px)
    sd_px = foot_sd_px(height_px.astype(np.float32), np.zeros(len(feet_px), bool))
    known = plane.to_floor(feet_px, sd_px).valid
    return Spots(feet_px, height_px, np.asarray(known & (height_px >= least_height_px)))


def resolved_share(zone: Zone, plane: GroundPlane, least_height_px: float) -> float | None:
    """Return the share (0 to 1) of the zone's floor where a standing adult is at least so high and has a position.

    None where the zone has no size on the floor.
    """
    spots = spots_of(zone, plane, least_height_px)
    return None if spots is None else float(spots.resolved.mean())


def _grid(shape: shapely.Polygon, points: int) -> F64:
    """Return points (N, 2) spread evenly over a polygon, in metres; its inner point if it is thinner than they."""
    step = np.sqrt(shape.area / points)
    left, low, right, high = shape.bounds
    x, y = np.meshgrid(np.arange(left + step / 2, right, step), np.arange(low + step / 2, high, step))
    inside = shapely.contains_xy(shape, x.ravel(), y.ravel())
    spots = np.column_stack([x.ravel(), y.ravel()])[inside]
    inner = shape.representative_point()
    return spots if len(spots) else np.array([[inner.x, inner.y]])

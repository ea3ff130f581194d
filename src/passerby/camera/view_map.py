"""Pixels per metre, people found and reliable speeds at each point of the floor, as a map of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.camera.limits import DetectorLimits
from passerby.camera.reach import FloorFigures
from passerby.contracts.arrays import F64
from passerby.ground.calibration.quality import spread_px
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.velocity import RELIABLE_SD_MPS

# Points of the map. Chosen: the borders are smooth when they are drawn between the points.
COLUMNS, ROWS = 64, 72


@dataclass(frozen=True, slots=True, eq=False)
class ViewMap:
    """Points (ROWS, COLUMNS) spread over the picture; 0 off the floor.

    px_per_m: across the view. found: height of a standing adult over the least that the detector needs. sure: the
    largest standard deviation of a reliable speed over that of a walker's speed, and at most `found`. So people
    are found, and speeds are reliable, where the value is at least 1.
    """

    px_per_m: F64
    found: F64
    sure: F64


def view_map(plane: GroundPlane, wh: tuple[int, int], limits: DetectorLimits) -> ViewMap:
    """Return the map of a floor in a picture of `wh`."""
    feet_px = spread_px(wh, COLUMNS, ROWS)
    valid = plane.exact().to_floor(feet_px).valid
    figures = FloorFigures.of(plane, feet_px[valid], limits.resolution_px)
    found = figures.height_px / max(limits.least_height_px, 1e-9)
    sure = np.minimum(found, RELIABLE_SD_MPS / figures.speed_sd_mps)

    def spread(values: F64) -> F64:
        out = np.zeros(len(feet_px))
        out[valid] = np.nan_to_num(values)
        return out.reshape(ROWS, COLUMNS)

    return ViewMap(spread(figures.px_per_m), spread(found), spread(sure))

"""The part of a picture in which speeds will be reliable, before people have walked there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from passerby.contracts.arrays import F64
from passerby.ground.geometry.foot import foot_sd_px, resolution_px, with_gait
from passerby.ground.geometry.places import BODY_M
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.smooth import Smoother
from passerby.ground.motion.velocity import CLEAR_SD_MPS, CLEAR_SDS, RELIABLE_SD_MPS

# Assumptions if they are not known yet: a live camera's rate (docs/configuration.md, `analysis_fps`), and the
# input of the embedded detector (docs/models.md).
ASSUMED_FPS, ASSUMED_INPUT_WH = 8.0, (512, 288)
# A runner (for a train: 3.3 m/s), observed for this long, on this many points per side of the zone, and this much
# faster than the threshold. Chosen: 3.3 m/s is the runner of decision 0007, 1 m/s more than the default threshold
# of 2.3 m/s (docs/behaviours.md, "Sources of the defaults"). Time and number of points: chosen by judgement.
RUN_MPS, WATCHED_S, GRID, OVER_MPS = 3.3, 3.0, 24, 1.0
# Largest error of the speed for that: the inverse of velocity.is_reliable, 0.33 m/s (decision 0007).
NEEDED_SD_MPS = max(RELIABLE_SD_MPS, min(CLEAR_SD_MPS, OVER_MPS / CLEAR_SDS))


def expected_speed_sd(plane: GroundPlane, px: F64, wh: tuple[int, int]) -> F64:
    """Return the standard deviation (N,) of a runner's speed at feet (N, 2) px, m/s; NaN off the floor.

    It is that of the smoother with the position errors of a foot point there, and of the calibration; the mean of
    both directions, because the running direction is unknown.
    """
    across = np.sqrt(np.linalg.eigvalsh(np.nan_to_num(plane.exact().to_floor(px, 1.0).cov_m2))[:, 0])
    height_px = (BODY_M / np.maximum(across, 1e-6)).astype(np.float32)
    sd_px = foot_sd_px(height_px, np.zeros(len(px), bool), resolution_px(wh, ASSUMED_INPUT_WH))
    floor, smoother = plane.to_floor(px, sd_px), Smoother()
    cov = with_gait(plane.exact().to_floor(px, sd_px).cov_m2)
    for k in range(round(WATCHED_S * ASSUMED_FPS)):
        now = smoother.step(k / ASSUMED_FPS, np.arange(len(px)), floor.pos_m, cov, floor.valid)
    fit = [plane.fit_speed_var(floor.pos_m, np.tile(v, (len(px), 1))) for v in RUN_MPS * np.eye(2)]
    return np.asarray(np.sqrt(np.trace(now.vel_cov, axis1=1, axis2=2) / 2 + np.mean(fit, axis=0)))


def reliable_share(polygon_px: Sequence[tuple[float, float]], plane: GroundPlane, wh: tuple[int, int]) -> float:
    """Return the fraction of a zone's floor where a runner's speed is reliable; `polygon_px` (N, 2) in the picture
    `wh`."""
    shape = shapely.Polygon(polygon_px)
    left, top, right, bottom = shape.bounds
    x, y = np.meshgrid(np.linspace(left, right, GRID), np.linspace(top, bottom, GRID))
    inside = shapely.intersects_xy(shape, x, y)
    if not inside.any():
        return 1.0
    px = np.column_stack([x[inside], y[inside]])
    floor_m2 = np.sqrt(np.linalg.det(np.nan_to_num(plane.exact().to_floor(px, 1.0).cov_m2)))
    reliable = np.nan_to_num(expected_speed_sd(plane, px, wh), nan=np.inf) <= NEEDED_SD_MPS
    return float(floor_m2[reliable].sum() / max(floor_m2.sum(), 1e-9))

"""The accuracy of a floor: residuals of points and lengths, expected error of speeds, and a grid for
inspection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from passerby.contracts.arrays import F64
from passerby.contracts.calibration_settings import Calibration
from passerby.ground.calibration.lengths import Lengths
from passerby.ground.geometry.mounting import WH
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.reach import expected_speed_sd

# If a pixel is larger than this, a grid of metres cannot be read, metres. Chosen by judgement: lines are then
# about 8 px apart.
COARSEST_M_PER_PX = 0.12
# Limit for the number of lines in each direction. Chosen by judgement; not varied.
MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Miss:
    """The residual of one point or length, with its name."""

    what: str
    cm: float


@dataclass(frozen=True, slots=True)
class Band:
    """One row of the picture: y of its middle, pixels per metre, and expected sd of a speed in m/s.

    None if there is no floor, or if the error is too large for a number.
    """

    y_px: int
    px_per_m: float | None
    speed_sd_mps: float | None


def point_misses(calibration: Calibration, plane: GroundPlane) -> list[Miss]:
    """Return the residuals of points and lengths, in the order of the configuration."""
    if not calibration.lengths:
        px, m = [p.px for p in calibration.points], [p.m for p in calibration.points]
        if not px:
            return []
        off = np.linalg.norm(plane.exact().to_floor(np.array(px)).pos_m - np.array(m), axis=1)
        return [Miss(f"point {i + 1} at {_at(px[i])}", float(100 * d)) for i, d in enumerate(off)]
    lengths = Lengths.of(calibration)
    off = lengths.on(plane) - lengths.m
    names = [f"length {i + 1} of {length.m:g} m" for i, length in enumerate(calibration.lengths)]
    names += ["distance between two points"] * (len(off) - len(names))
    return [Miss(name, float(100 * d)) for name, d in zip(names, off, strict=True)]


# 9 rows: chosen by judgement; not varied.
def bands(plane: GroundPlane, picture_wh: WH, rows: int = 9) -> list[Band]:
    """Return the expected accuracy along the picture's middle column, from its lower edge upwards."""
    y = np.linspace(picture_wh[1] - 1, 0, rows + 1)[:-1]
    px = np.column_stack([np.full(rows, picture_wh[0] / 2), y])
    scale, sd = fine_m_per_px(plane, px), expected_speed_sd(plane, px, picture_wh)
    return [Band(round(float(v)), _number(1 / s), _number(d)) for v, s, d in zip(y, scale, sd, strict=True)]


# Cells: chosen by judgement; not varied. With fewer, the border of what is usable is hard to see.
def error_map(plane: GroundPlane, picture_wh: WH, columns: int = 32, rows: int = 18) -> F64:
    """Return the expected sd of a speed, m/s, in each cell of the picture (rows, columns); NaN for no speed."""
    x = (np.arange(columns) + 0.5) / columns * picture_wh[0]
    y = (np.arange(rows) + 0.5) / rows * picture_wh[1]
    px = np.column_stack([grid.ravel() for grid in np.meshgrid(x, y)])
    return expected_speed_sd(plane, px, picture_wh).reshape(rows, columns)


# 0.2 m/s is velocity.RELIABLE_SD_MPS (decision 0007).
def usable_share(plane: GroundPlane, picture_wh: WH, limit_mps: float = 0.2) -> float:
    """Return the fraction of the picture in which a speed is known to `limit_mps` or better."""
    sd = expected_speed_sd(plane, spread_px(picture_wh), picture_wh)
    return float((np.nan_to_num(sd, nan=np.inf) <= limit_mps).mean())


def floor_grid(plane: GroundPlane, picture_wh: WH) -> list[tuple[bool, F64]]:
    """Return lines on the floor, a metre apart, as (every fifth, picture points (N, 2)), inside the picture."""
    exact, px = plane.exact(), spread_px(picture_wh)
    px = px[np.nan_to_num(plane.m_per_px(px), nan=np.inf) < COARSEST_M_PER_PX]
    floor = exact.to_floor(px)
    if not floor.valid.any():
        return []
    low, high = np.floor(floor.pos_m.min(axis=0)), np.ceil(floor.pos_m.max(axis=0))
    high = np.minimum(high, low + MOST_LINES)
    out: list[tuple[bool, F64]] = []
    for axis in (0, 1):
        run = np.arange(low[1 - axis], high[1 - axis] + 0.1, 0.2)
        for metre in np.arange(low[axis], high[axis] + 0.5):
            points = np.empty((len(run), 2))
            points[:, axis], points[:, 1 - axis] = metre, run
            out += [(metre % 5 == 0, part) for part in _inside(plane, points, picture_wh)]
    return out


def horizon(plane: GroundPlane, picture_wh: WH) -> F64:
    """Return the ends (2, 2) of the horizon at the left and right edge; it may be above the picture."""
    a, b, c = np.linalg.inv(plane.world_to_image)[2]
    x = np.array([0.0, picture_wh[0] - 1.0])
    ends = np.column_stack([x, -(a * x + c) / (b if abs(b) > 1e-12 else 1e-12)])
    return ends if plane.lens is None else plane.lens.bent(ends)


def _inside(plane: GroundPlane, points_m: F64, wh: WH) -> list[F64]:
    px = plane.to_picture(points_m)
    fine = np.nan_to_num(plane.m_per_px(np.nan_to_num(px, nan=-1e6)), nan=np.inf) < COARSEST_M_PER_PX
    seen = (
        np.isfinite(px).all(axis=1) & fine & (px > -0.2 * np.array(wh)).all(1) & (px < 1.2 * np.array(wh)).all(1)
    )
    runs = np.split(np.arange(len(px)), np.flatnonzero(np.diff(seen.astype(int))) + 1)
    parts = [px[run] for run in runs if seen[run[0]] and len(run) > 1]
    cut = [shapely.LineString(part).intersection(shapely.box(0, 0, wh[0] - 1, wh[1] - 1)) for part in parts]
    lines = [line for shape in cut for line in getattr(shape, "geoms", [shape]) if line.geom_type == "LineString"]
    return [np.array(line.coords) for line in lines if not line.is_empty]


def fine_m_per_px(plane: GroundPlane, px: F64) -> F64:
    """Return metres per pixel (N,) along the best direction, across the line of sight: also the scale of a
    person."""
    floor = plane.exact().to_floor(px, 1.0)
    out = np.full(len(px), np.nan)
    if floor.valid.any():
        out[floor.valid] = np.sqrt(np.linalg.eigvalsh(floor.cov_m2[floor.valid])[:, 0])
    return out


# Chosen by judgement; not varied in a measurement.
def spread_px(wh: WH, columns: int = 48, rows: int = 36) -> F64:
    """Return points (columns * rows, 2), spread over the picture."""
    x, y = np.meshgrid(np.linspace(0, wh[0] - 1, columns), np.linspace(0, wh[1] - 1, rows))
    return np.column_stack([x.ravel(), y.ravel()])


def _number(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None


def _at(px: tuple[float, float]) -> str:
    return f"[{px[0]:g}, {px[1]:g}]"

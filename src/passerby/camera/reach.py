"""The use of a camera's picture by distance: pixels per metre, people found, reliable speeds.

Everything is computed along the middle of the picture, from its lower edge upwards. Distances on the floor begin
at the nearest visible point, because the floor's calibration does not know the camera's foot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.camera.limits import DetectorLimits
from passerby.contracts.arrays import F64, Bools
from passerby.ground.geometry.foot import foot_sd_px
from passerby.ground.geometry.near import standing_px
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.smooth import Smoother
from passerby.ground.motion.velocity import RELIABLE_SD_MPS

# Pixels per metre across the view by which the standard names a picture: EN 62676-4:2014, and the edition of 2025
# as other publications quote it (the text itself is not public). At `recognise` a face may be recognised.
LEVELS_2014 = {"monitor": 12.5, "detect": 25.0, "observe": 62.5, "recognise": 125.0, "identify": 250.0}
LEVELS_2025 = {
    "overview": 20.0,
    "outline": 40.0,
    "discern": 80.0,
    "perceive": 125.0,
    "characterise": 250.0,
    "validate": 500.0,
    "scrutinise": 1500.0,
}
RECOGNISABLE_PX_PER_M = LEVELS_2014["recognise"]
# A person who walks this fast is seen for so long at this rate before the speed is judged. Chosen: the default
# rate, and the time that fast movement must last.
WALK_MPS, SEEN_S, FPS = 1.4, 3.0, 8.0
ROWS = 240
FOUND, SURE = "people are found", f"speed is known to {RELIABLE_SD_MPS:g} m/s"


@dataclass(frozen=True, slots=True)
class Reach:
    """One line of the table: distance on the floor, m, up to which something holds; None nowhere, and whether the
    picture's edge ends it. px_per_m: the density that it needs, None if it needs something else."""

    what: str
    px_per_m: float | None
    reach_m: float | None
    is_whole: bool

    @property
    def distance(self) -> str:
        """The distance in words."""
        if self.reach_m is None:
            return "nowhere"
        return f"{self.reach_m:g} m" + (" (end of the view)" if self.is_whole else "")


@dataclass(frozen=True, slots=True, eq=False)
class FloorFigures:
    """Figures of a picture at N points of the floor; NaN off the floor.

    px_per_m (N,): across the view. height_px (N,): of a standing adult. speed_sd_mps (N,): of a walker.
    """

    px_per_m: F64
    height_px: F64
    speed_sd_mps: F64

    @classmethod
    def of(cls, plane: GroundPlane, feet_px: F64, resolution_px: float) -> FloorFigures:
        """Return the figures at `feet_px` (N, 2); resolution_px as in DetectorLimits."""
        exact = plane.exact()
        left, right = (exact.to_floor(feet_px + np.array([step, 0.0])).pos_m for step in (-0.5, 0.5))
        height_px = standing_px(plane, feet_px)
        sd_px = foot_sd_px(height_px.astype(np.float32), np.zeros(len(feet_px), bool), resolution_px)
        px_per_m = 1 / np.linalg.norm(right - left, axis=1)
        return cls(px_per_m, height_px, _speed_sd_mps(plane, feet_px, sd_px))

    def are_found(self, limits: DetectorLimits) -> Bools:
        """Return where people are found, (N,)."""
        return np.asarray(self.height_px >= limits.least_height_px)

    def are_sure(self) -> Bools:
        """Return where speeds are reliable, (N,)."""
        return np.asarray(np.nan_to_num(self.speed_sd_mps, nan=np.inf) <= RELIABLE_SD_MPS)


@dataclass(frozen=True, slots=True, eq=False)
class ViewProfile:
    """The middle of a picture on the floor, N points from near to far: row of the picture, distance, figures."""

    y_px: F64
    distance_m: F64
    figures: FloorFigures


def profile_of(plane: GroundPlane, wh: tuple[int, int], resolution_px: float = 1.0) -> ViewProfile:
    """Return the profile of a floor in a picture of `wh`; resolution_px as in DetectorLimits."""
    w, h = wh
    y_px = np.linspace(h - 1.0, 0.0, ROWS)
    feet = np.column_stack([np.full(ROWS, w / 2), y_px])
    floor = plane.exact().to_floor(feet)
    # Rows at the horizon are kilometres away.
    near = floor.valid & _rises(floor.pos_m, floor.valid)
    feet, y_px, pos_m = feet[near], y_px[near], floor.pos_m[near]
    distance_m = np.linalg.norm(pos_m - pos_m[:1], axis=1) if len(pos_m) else np.zeros(0)
    return ViewProfile(y_px, distance_m, FloorFigures.of(plane, feet, resolution_px))


def reaches(profile: ViewProfile, limits: DetectorLimits, levels: dict[str, float]) -> tuple[Reach, ...]:
    """Return the lines of the table: the levels of a standard, then what passerby itself needs."""
    figures, found = profile.figures, profile.figures.are_found(limits)
    return (
        *(_reach(profile, name, px_per_m, figures.px_per_m >= px_per_m) for name, px_per_m in levels.items()),
        _reach(profile, FOUND, None, found),
        _reach(profile, SURE, None, figures.are_sure() & found),
    )


def _rises(pos_m: F64, valid: Bools) -> Bools:
    away = np.linalg.norm(pos_m - pos_m[np.argmax(valid)], axis=1)
    return np.asarray(np.nan_to_num(away, nan=np.inf) < 500.0)


def _reach(profile: ViewProfile, what: str, px_per_m: float | None, holds: Bools) -> Reach:
    if not len(holds) or not holds.any():
        return Reach(what, px_per_m, None, False)
    last = int(np.flatnonzero(holds)[-1])
    return Reach(what, px_per_m, round(float(profile.distance_m[last]), 1), last == len(holds) - 1)


def _speed_sd_mps(plane: GroundPlane, feet_px: F64, sd_px: F64) -> F64:
    """Return the standard deviation (N,) of the speed of a person who walks past each point for SEEN_S."""
    there = plane.to_floor(feet_px, sd_px)
    sd_mps = np.full(len(feet_px), np.nan)
    rows = np.flatnonzero(there.valid)
    if not len(rows):
        return sd_mps
    smoother, velocity = Smoother(), np.tile([WALK_MPS, 0.0], (len(rows), 1))
    cov = plane.exact().to_floor(feet_px[rows], sd_px[rows]).cov_m2
    for k in range(round(SEEN_S * FPS) + 1):
        t_s = k / FPS
        pos_m = there.pos_m[rows] + velocity * t_s
        motions = smoother.step(t_s, rows.astype(np.int64), pos_m, cov, np.ones(len(rows), bool))
    by_foot = np.linalg.eigvalsh(motions.vel_cov)[:, -1]
    sd_mps[rows] = np.sqrt(by_foot + plane.fit_speed_var(there.pos_m[rows], velocity))
    return sd_mps

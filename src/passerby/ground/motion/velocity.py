"""From tracks in pixels to positions and velocities on the floor, with their errors.

The foot point is the middle of the detected box's lower edge, without the tracker's smoothing: smoothed twice, a
runner would lag behind. Only the foot point of a box that has grown follows from its head (stature.py). The error
of a foot point in the picture becomes an ellipse on the floor, long in the line of sight, and a filter in metres
weights every position by it (smooth.py). A velocity's standard deviation is that of the filter, larger if the foot
points do not fit a straight path, plus the calibration's error.
"""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F32, F64, Bools
from passerby.contracts.people import GroundTracks, Tracks
from passerby.contracts.time import NS_PER_S
from passerby.ground.geometry.foot import (
    OCCLUDED_SD_FACTOR,
    foot_is_seen,
    foot_sd_px,
    is_whole,
    with_gait,
)
from passerby.ground.geometry.plane import GroundPlane, square, unit_vectors
from passerby.ground.motion.smooth import Smoother, SmoothSettings
from passerby.ground.motion.stature import GROWN_SD_FACTOR, Statures

# Rules ignore a speed with a larger standard deviation, m/s, unless the speed exceeds the threshold by this many
# of them; beyond the last value they ignore it always. Measured: decision 0007. There, two and four deviations are
# compared with three; the last limit removes the jump of a box (5.6 m/s, known to 0.96 m/s).
RELIABLE_SD_MPS, CLEAR_SDS, CLEAR_SD_MPS = 0.2, 3.0, 0.5


class Motion:
    """One camera's floor positions and velocities; without a plane every row is off the floor.

    resolution_px: pixels of the picture per pixel of the detector's input.
    """

    def __init__(
        self, plane: GroundPlane | None, resolution_px: float = 1.0, settings: SmoothSettings | None = None
    ) -> None:
        self._plane, self._resolution_px, self._settings = plane, resolution_px, settings
        self._exact = None if plane is None else plane.exact()
        self.reset()

    def __len__(self) -> int:
        return len(self._smoother)

    def step(self, tracks: Tracks) -> GroundTracks:
        """Return the same rows as `tracks`, in the same order, on the floor."""
        self._smoother.reset(tracks.removed)
        self._statures.reset(tracks.removed)
        height = tracks.xyxy_px[:, 3] - tracks.xyxy_px[:, 1]
        width, n = tracks.xyxy_px[:, 2] - tracks.xyxy_px[:, 0], len(tracks)
        pos, pos_sd, on_floor = np.full((n, 2), np.nan), np.full(n, np.nan), np.zeros(n, bool)
        vel, speed_sd = np.full((n, 2), np.nan), np.full(n, np.nan)
        if self._plane is not None and n:
            sd_px = foot_sd_px(height, tracks.predicted, self._resolution_px)
            feet_px, grown = self._statures.feet_px(tracks, self._plane)
            sd_px = np.where(grown, GROWN_SD_FACTOR * sd_px, sd_px)
            floor = self._plane.to_floor(feet_px, sd_px)
            on_floor = floor.valid & foot_is_seen(tracks.xyxy_px, tracks.frame_wh, self._resolution_px)
            pos_sd = np.where(on_floor, floor.sd_m, np.nan)
            pos, vel, speed_sd = self._smooth(tracks, feet_px, floor.pos_m, sd_px, on_floor)
            # A position from the head is good enough for a line, but its error varies and would look like speed.
            vel[grown], speed_sd[grown] = np.nan, np.nan
        return GroundTracks(
            camera=tracks.camera, at=tracks.at, id=tracks.id, foot_px=tracks.foot_px, height_px=height,
            width_px=width,
            pos_m=pos, pos_sd_m=pos_sd.astype(np.float32), vel_mps=vel, speed_sd_mps=speed_sd.astype(np.float32),
            on_floor=on_floor,
            confirmed=tracks.confirmed, predicted=tracks.predicted, occluded=tracks.occluded,
            removed=tracks.removed, continues=tracks.id, ended=tracks.removed,
        )  # fmt: skip

    def reset(self) -> None:
        """Reset, because the picture was interrupted."""
        self._smoother, self._statures = Smoother(self._settings), Statures()

    def _smooth(
        self, tracks: Tracks, feet_px: F64, raw_m: F64, sd_px: F64, on_floor: Bools
    ) -> tuple[F64, F64, F64]:
        """Return positions (N, 2), velocities (N, 2) and their standard deviations (N,)."""
        assert self._plane is not None
        assert self._exact is not None
        occluded = np.where(tracks.occluded, OCCLUDED_SD_FACTOR, 1.0)
        cov = with_gait(self._exact.to_floor(feet_px, sd_px * occluded).cov_m2)
        seen = on_floor & ~tracks.predicted & is_whole(tracks.xyxy_px, sd_px, tracks.frame_wh)
        now = self._smoother.step(tracks.at.mono_ns / NS_PER_S, tracks.id, raw_m, cov, seen)
        known = now.known & on_floor
        pos = np.where(np.isfinite(now.pos_m), now.pos_m, raw_m)
        vel, speed_sd = np.where(known[:, None], now.vel_mps, np.nan), np.full(len(tracks), np.nan)
        foot_var = _along(now.vel_cov[known], vel[known])
        speed_sd[known] = np.sqrt(foot_var + self._plane.fit_speed_var(pos[known], vel[known]))
        return np.where(on_floor[:, None], pos, np.nan), vel, speed_sd


def is_reliable(speed_mps: F64, sd_mps: F32, threshold_mps: float) -> Bools:
    """Return which speeds (N,) with standard deviations (N,) are reliable for a threshold; NaN is not."""
    is_clear = (sd_mps <= CLEAR_SD_MPS) & (speed_mps - CLEAR_SDS * sd_mps > threshold_mps)
    return np.asarray((sd_mps <= RELIABLE_SD_MPS) | is_clear, bool)


def _along(cov: F64, direction: F64) -> F64:
    """Return the variance (N,) of velocities along their direction (N, 2)."""
    return square(unit_vectors(direction), cov)

"""A flat floor in a camera's picture: pixels to metres and back, with the errors of foot point and fit.

The model is one homography from floor (metres) to picture (pixels), followed by a division model if the lens
distortion is known; Hartley & Zisserman 2004, chapters 2 and 5 (error propagation: section 5.2). All errors arise
in the picture and are propagated to the floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from passerby.contracts.arrays import F64, Bools, frozen
from passerby.contracts.errors import CalibrationError
from passerby.ground.geometry.lens import Lens


@dataclass(frozen=True, slots=True, eq=False)
class FloorPoints:
    """Floor positions of picture points.

    pos_m: (N, 2); cov_m2: (N, 2, 2) of the position. NaN if not `valid`: above the horizon, or with too large an
    error.
    """

    pos_m: F64
    cov_m2: F64
    valid: Bools

    @property
    def sd_m(self) -> F64:
        """Return the standard deviation along the worst axis, (N,) in metres."""
        return np.asarray(np.sqrt(variances(self.cov_m2)[:, 1]))


@dataclass(frozen=True, slots=True, eq=False)
class GroundPlane:
    """The floor of one camera.

    world_to_image: (3, 3), metres to pixels, with positive depth in front of the camera.
    fit_cov: (9, 9) covariance of its entries, row by row; zero if it is exact.
    rms_cm: residual of the surveyed points; None if it was not fitted to points.
    max_sd_m: largest standard deviation of a position; beyond it there is no number.
    lens: the distortion; `world_to_image` maps to the picture of a straight lens. None: no distortion.
    """

    world_to_image: F64
    fit_cov: F64
    rms_cm: float | None = None
    # Chosen by judgement; not varied in a measurement.
    max_sd_m: float = 1.0
    lens: Lens | None = None

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "world_to_image", frozen("world_to_image", self.world_to_image, "float64", (3, 3))
        )
        object.__setattr__(self, "fit_cov", frozen("fit_cov", self.fit_cov, "float64", (9, 9)))
        if not np.isfinite(self.world_to_image).all() or np.linalg.cond(self.world_to_image) > 1e14:
            raise CalibrationError(
                "the calibration does not describe a floor: its points or angles are degenerate"
            )

    def to_floor(self, px: F64, sd_px: F64 | float = 0.0) -> FloorPoints:
        """Map picture points (N, 2) to the floor; `sd_px` (N,) or scalar is the error of each point.

        Rows above the horizon or with an error above `max_sd_m` are NaN and not valid.
        """
        px = np.asarray(px, np.float64).reshape(-1, 2)
        straight = px if self.lens is None else self.lens.straight(px)
        inverse = _inverse_of(self)
        homogeneous = straight @ inverse[:, :2].T + inverse[:, 2]
        # One divided by the depth. Above the horizon everything that follows is NaN.
        scale = np.where(homogeneous[:, 2] > 1e-12, homogeneous[:, 2], np.nan)
        pos = homogeneous[:, :2] / scale[:, None]
        cov = self._covariance(px, straight, pos, scale, np.asarray(sd_px))
        valid = FloorPoints(pos, cov, scale > 0).sd_m <= self.max_sd_m
        if not valid.all():
            pos[~valid], cov[~valid] = np.nan, np.nan
        return FloorPoints(pos, cov, valid)

    def to_picture(self, m: F64) -> F64:
        """Map floor points (N, 2) in metres to pixels (N, 2); NaN behind the camera."""
        homogeneous = self._project(np.asarray(m, np.float64).reshape(-1, 2))
        depth = np.where(homogeneous[:, 2] > 1e-12, homogeneous[:, 2], np.nan)
        px = homogeneous[:, :2] / depth[:, None]
        return px if self.lens is None else self.lens.bent(px)

    def m_per_px(self, px: F64) -> F64:
        """Return metres on the floor per pixel, along the worst direction, at picture points (N, 2).

        (N,), NaN above the horizon.
        """
        return self.exact().to_floor(px, 1.0).sd_m

    def exact(self) -> GroundPlane:
        """Return the same floor without the error of its fit: only the error of the foot point remains."""
        return _exact_of(self)

    def fit_speed_var(self, pos_m: F64, vel_mps: F64) -> F64:
        """Return the variance (N,) of the speeds (N, 2) at `pos_m` (N, 2) that comes from the fit, (m/s)².

        An error of the fit shifts both ends of a step; only the difference of the shifts is an error of speed.
        """
        ends = np.concatenate([pos_m + vel_mps / 2, pos_m - vel_mps / 2])
        homogeneous = self._project(ends)
        scale = 1 / homogeneous[:, 2]
        slopes = self._slopes(ends, scale)
        by_entries = _by_entries(slopes, homogeneous[:, :2] * scale[:, None], ends, scale)
        change = by_entries[: len(pos_m)] - by_entries[len(pos_m) :]
        along = (unit_vectors(vel_mps)[:, None] @ change)[:, 0]
        return np.asarray((along @ self.fit_cov * along).sum(axis=1))

    def _project(self, pos: F64) -> F64:
        """Return the homogeneous points (N, 3) in the picture of a straight lens."""
        return np.asarray(pos @ self.world_to_image[:, :2].T + self.world_to_image[:, 2])

    def _covariance(self, px: F64, straight: F64, pos: F64, scale: F64, sd_px: F64) -> F64:
        """Propagate foot and fit errors from the picture `px` to the floor `pos` (N, 2); returns (N, 2, 2)."""
        slopes = self._slopes(pos, scale)
        feet = slopes if self.lens is None else slopes @ self.lens.slopes(px)
        cov = sd_px[..., None, None] ** 2 * (feet @ feet.transpose(0, 2, 1))
        if _has_error(self):
            by_entries = _by_entries(slopes, straight, pos, scale)
            cov += by_entries @ self.fit_cov @ by_entries.transpose(0, 2, 1)
        return np.asarray(cov)

    def _slopes(self, pos: F64, scale: F64) -> F64:
        """Return the derivatives (N, 2, 2) of the floor point by the point in the picture of a straight lens."""
        inverse = _inverse_of(self)
        return np.asarray((inverse[:2, :2] - pos[:, :, None] * inverse[2, :2]) / scale[:, None, None])


def unit_vectors(direction: F64) -> F64:
    """Return `direction` (N, 2) with length one; the diagonal if it is zero."""
    length = np.hypot(direction[:, :1], direction[:, 1:])
    diagonal = np.full_like(direction, np.sqrt(0.5))
    return np.asarray(np.divide(direction, length, out=diagonal, where=length > 1e-6))


def square(vectors: F64, by: F64) -> F64:
    """Return the squares (...) of vectors (..., 2) with the metric `by` (..., 2, 2).

    With a covariance and vectors of length one these are the variances along the vectors.
    """
    x, y = vectors[..., 0], vectors[..., 1]
    return np.asarray(by[..., 0, 0] * x * x + (by[..., 0, 1] + by[..., 1, 0]) * x * y + by[..., 1, 1] * y * y)


def variances(cov: F64) -> F64:
    """Return the variances (N, 2) along the axes of the ellipses of covariances (N, 2, 2), the smaller first."""
    mean = (cov[:, 0, 0] + cov[:, 1, 1]) / 2
    apart = np.hypot((cov[:, 0, 0] - cov[:, 1, 1]) / 2, cov[:, 0, 1])
    both = np.empty((len(cov), 2))
    both[:, 0], both[:, 1] = mean - apart, mean + apart
    return np.maximum(both, 0.0)


def _by_entries(slopes: F64, straight: F64, pos: F64, scale: F64) -> F64:
    """Return the derivatives (N, 2, 9) of floor points `pos` by the entries of the fit, for fixed picture points.

    slopes: the derivatives (N, 2, 2) by the picture points `straight` (N, 2); scale: one divided by their depths.
    """
    by_homogeneous, world = np.empty((len(pos), 2, 3)), np.ones((len(pos), 3))
    by_homogeneous[:, :, :2], by_homogeneous[:, :, 2:] = -slopes, slopes @ straight[:, :, None]
    by_homogeneous *= scale[:, None, None]
    world[:, :2] = pos
    return np.asarray((by_homogeneous[:, :, :, None] * world[:, None, None]).reshape(-1, 2, 9))


# What a frame asks of each plane again and again; a plane never changes. More planes than cameras of a unit.
_remembered = lru_cache(maxsize=64)


@_remembered
def _exact_of(plane: GroundPlane) -> GroundPlane:
    return GroundPlane(plane.world_to_image, np.zeros((9, 9)), max_sd_m=np.inf, lens=plane.lens)


@_remembered
def _inverse_of(plane: GroundPlane) -> F64:
    return np.asarray(np.linalg.inv(plane.world_to_image), np.float64)


@_remembered
def _has_error(plane: GroundPlane) -> bool:
    return bool(plane.fit_cov.any())

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

# The derivatives of the picture of a straight lens by itself.
_STRAIGHT = np.eye(2)[None]


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
        worst = np.full(len(self.pos_m), np.nan)
        if self.valid.any():
            worst[self.valid] = np.sqrt(variances(self.cov_m2[self.valid])[:, 1])
        return worst


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
        homogeneous = _homogeneous(straight) @ inverse.T
        pos = np.full((len(px), 2), np.nan)
        cov = np.full((len(px), 2, 2), np.nan)
        below = homogeneous[:, 2] > 1e-12
        pos[below] = homogeneous[below, :2] / homogeneous[below, 2:]
        sds_px = np.full(len(px), sd_px) if np.ndim(sd_px) == 0 else np.asarray(sd_px)
        cov[below] = self._covariance(px[below], pos[below], sds_px[below])
        sd_m = FloorPoints(pos, cov, below).sd_m
        valid = below & (np.nan_to_num(sd_m, nan=np.inf) <= self.max_sd_m)
        pos[~valid], cov[~valid] = np.nan, np.nan
        return FloorPoints(pos, cov, valid)

    def to_picture(self, m: F64) -> F64:
        """Map floor points (N, 2) in metres to pixels (N, 2); NaN behind the camera."""
        m = np.asarray(m, np.float64).reshape(-1, 2)
        homogeneous = _homogeneous(m) @ self.world_to_image.T
        depth = homogeneous[:, 2:]
        px = np.where(depth > 1e-12, homogeneous[:, :2] / np.where(depth > 1e-12, depth, 1), np.nan)
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
        change = self._shift(pos_m + vel_mps / 2) - self._shift(pos_m - vel_mps / 2)
        by_entries = np.einsum("ni,nij->nj", unit_vectors(vel_mps), change)
        return np.asarray(np.einsum("nj,jk,nk->n", by_entries, self.fit_cov, by_entries))

    def _covariance(self, px: F64, pos: F64, sd_px: F64) -> F64:
        """Propagate foot and fit errors from the picture `px` to the floor `pos` (N, 2); returns (N, 2, 2)."""
        image: F64 = sd_px[:, None, None] ** 2 * _STRAIGHT
        if self.lens is not None:
            slopes = self.lens.slopes(px)
            image = sd_px[:, None, None] ** 2 * slopes @ slopes.transpose(0, 2, 1)
        if _has_error(self):
            by_entries = _by_entries(self.world_to_image, pos)
            image = by_entries @ self.fit_cov @ by_entries.transpose(0, 2, 1) + image
        back = _inverses(_by_pos(self.world_to_image, pos))
        return np.asarray(back @ image @ back.transpose(0, 2, 1))

    def _shift(self, pos: F64) -> F64:
        """Return the derivatives (N, 2, 9) of the floor point by the entries of the fit, for a fixed picture
        point."""
        by_pos, by_entries = _by_pos(self.world_to_image, pos), _by_entries(self.world_to_image, pos)
        return np.asarray(-_inverses(by_pos) @ by_entries)


def unit_vectors(direction: F64) -> F64:
    """Return `direction` (N, 2) with length one; the diagonal if it is zero."""
    length = np.linalg.norm(direction, axis=1, keepdims=True)
    diagonal = np.full_like(direction, np.sqrt(0.5))
    return np.asarray(np.divide(direction, length, out=diagonal, where=length > 1e-6))


def variances(cov: F64) -> F64:
    """Return the variances (N, 2) along the axes of the ellipses of covariances (N, 2, 2), the smaller first."""
    mean = (cov[:, 0, 0] + cov[:, 1, 1]) / 2
    apart = np.hypot((cov[:, 0, 0] - cov[:, 1, 1]) / 2, cov[:, 0, 1])
    both = np.empty((len(cov), 2))
    both[:, 0], both[:, 1] = mean - apart, mean + apart
    return np.maximum(both, 0.0)


def _inverses(matrices: F64) -> F64:
    """Return the inverses (N, 2, 2) of small matrices; for many of them at once this is faster than LAPACK."""
    (a, b), (c, d) = matrices.transpose(1, 2, 0)
    adjugate = np.empty_like(matrices)
    adjugate[:, 0, 0], adjugate[:, 0, 1], adjugate[:, 1, 0], adjugate[:, 1, 1] = d, -b, -c, a
    return np.asarray(adjugate / (a * d - b * c)[:, None, None])


def _by_pos(g: F64, pos: F64) -> F64:
    """Return the derivatives of the picture point by the floor point, (N, 2, 2)."""
    u, v, d = g @ _homogeneous(pos).T
    slopes = np.empty((len(pos), 2, 2))
    for k, w in ((0, u), (1, v)):
        slopes[:, k] = (g[k, :2] - (w / d)[:, None] * g[2, :2]) / d[:, None]
    return slopes


def _by_entries(g: F64, pos: F64) -> F64:
    """Return the derivatives of the picture point by the nine entries of `g`, (N, 2, 9)."""
    world = _homogeneous(pos)
    u, v, d = g @ world.T
    scaled, slopes = world / d[:, None], np.zeros((len(pos), 2, 9))
    slopes[:, 0, :3] = slopes[:, 1, 3:6] = scaled
    slopes[:, 0, 6:], slopes[:, 1, 6:] = -scaled * (u / d)[:, None], -scaled * (v / d)[:, None]
    return slopes


def _homogeneous(points: F64) -> F64:
    """Return points (N, 2) with a third coordinate of one, (N, 3)."""
    with_one = np.ones((len(points), 3))
    with_one[:, :2] = points
    return with_one


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

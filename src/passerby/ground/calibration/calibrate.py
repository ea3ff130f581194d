"""Calibrates a GroundPlane from surveyed points, known lengths, or a mounting.

Points: direct linear transform with normalised coordinates (Hartley 1997), refined by least squares on the
distances in the picture, because the clicking error is in the picture. The covariance follows from the fit. With
enough points the distortion of the lens is estimated too, and used if it clearly reduces the residual.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares, minimize_scalar

from passerby.contracts.arrays import F64
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.errors import CalibrationError
from passerby.ground.calibration.lengths import fit_lengths
from passerby.ground.calibration.prior import MOUNT_SD, focal_of, prior_of
from passerby.ground.geometry.lens import MOST_BEND, Lens
from passerby.ground.geometry.mounting import Mounting, floor_of
from passerby.ground.geometry.plane import GroundPlane

# Limit for the distance of points from their origin: coordinates of a city plan have too many digits for a
# homography. Chosen by judgement: larger than a station.
FARTHEST_M = 10_000.0
# The distortion is estimated from this many points on, and used if the squared residual falls by this many times
# the variance of a residual: for a straight lens that happens once in thousands of cases. Chosen from that chance
# and not varied; eight points leave 7 spare equations. In the scenario `wide-lens` the error of speed falls from
# 0.13 to 0.06 m/s (docs/calibration.md).
LENS_POINTS, LENS_GAIN = 8, 20.0


def make_plane(calibration: Calibration, picture_wh: tuple[int, int]) -> GroundPlane:
    """Return the floor of a camera with a picture of `picture_wh` pixels.

    Raises CalibrationError with the reason if the data do not determine a floor; `people` alone never do.
    """
    if calibration.people:
        raise CalibrationError(
            "the floor is learned from people: it is unknown until enough of them have walked past"
        )
    if calibration.lengths:
        return fit_lengths(calibration, picture_wh)
    if calibration.points:
        px = np.array([p.px for p in calibration.points], np.float64)
        m = np.array([p.m for p in calibration.points], np.float64)
        return fit_points(px, m, calibration.click_sd_px, picture_wh)
    return from_mounting(calibration, picture_wh)


# 2 px is the default of the configuration's `click_sd_px`, chosen by judgement.
def fit_points(
    px: F64, m: F64, click_sd_px: float = 2.0, picture_wh: tuple[int, int] | None = None
) -> GroundPlane:
    """Fit the floor to N >= 4 points: picture `px` (N, 2) and floor `m` (N, 2) in metres.

    The fit's covariance uses `click_sd_px` or the residual scatter of the points, the larger one. With
    LENS_POINTS points or more in a picture of known size, the distortion of the lens is fitted too, and used if
    the residual falls by more than chance explains.
    Raises CalibrationError for fewer than four points, points on a line, on both sides of the horizon, or km away.
    """
    if len(px) < 4:
        raise CalibrationError(f"need at least 4 calibration points, got {len(px)}")
    if (away_m := float(np.abs(m).max())) > FARTHEST_M:
        raise CalibrationError(
            f"the calibration points lie {away_m / 1000:.0f} km from their origin: choose an origin in the station"
        )
    straight = _PointFit.of(px, m, None)
    if picture_wh is None or len(px) < LENS_POINTS or (px < 0).any() or (px > picture_wh).any():
        return straight.plane(click_sd_px)
    bent = _PointFit.of(px, m, _bend_of(px, m, picture_wh))
    noise = max(click_sd_px**2, bent.residual_px2 / (2 * len(px) - 9))
    gain = straight.residual_px2 - bent.residual_px2
    return (bent if gain > LENS_GAIN * noise else straight).plane(click_sd_px)


def _bend_of(px: F64, m: F64, picture_wh: tuple[int, int]) -> Lens:
    """Return the lens with the smallest residual of the points."""
    best = minimize_scalar(
        lambda bend: _PointFit.of(px, m, Lens(picture_wh, bend)).residual_px2,
        bounds=(-MOST_BEND, MOST_BEND),
        method="bounded",
        options={"xatol": 1e-5},
    )
    return Lens(picture_wh, float(best.x))


@dataclass(frozen=True, slots=True, eq=False)
class _PointFit:
    """A homography through points, in normalised coordinates. residual_px2: sum of squared distances, pixels².

    to_px, to_m: (3, 3), normalisation of the straightened picture points and of the floor points.
    """

    px: F64
    m: F64
    lens: Lens | None
    to_px: F64
    to_m: F64
    g: F64
    jac: F64
    residual_px2: float

    @staticmethod
    def of(px: F64, m: F64, lens: Lens | None) -> _PointFit:
        straight = px if lens is None else lens.straight(px)
        to_unit_px, to_unit_m = _normaliser(straight), _normaliser(m)
        unit_px, unit_m = _apply(to_unit_px, straight), _apply(to_unit_m, m)
        first = _linear_fit(unit_px, unit_m)
        fit = least_squares(
            lambda g: (_apply(g.reshape(3, 3), unit_m) - unit_px).ravel(), first.ravel(), xtol=1e-12
        )
        misses = fit.fun.reshape(-1, 2) / to_unit_px[0, 0]
        if lens is not None:  # back to where the clicks were
            misses = np.linalg.solve(lens.slopes(px), misses[:, :, None])[:, :, 0]
        return _PointFit(px, m, lens, to_unit_px, to_unit_m, fit.x, fit.jac, float((misses**2).sum()))

    def plane(self, click_sd_px: float) -> GroundPlane:
        """Return the floor, with the covariance of the fit."""
        scatter_px = _scatter(self.residual_px2, len(self.px))
        return _denormalise(self, max(click_sd_px, scatter_px) * self.to_px[0, 0])


def from_mounting(calibration: Calibration, picture_wh: tuple[int, int]) -> GroundPlane:
    """Return the floor seen by a level-mounted pinhole camera: x to the right, y ahead, origin below the lens."""
    assert calibration.height_m is not None
    assert calibration.tilt_deg is not None
    focal = focal_of(calibration, picture_wh)
    assert focal is not None
    prior = prior_of(calibration, picture_wh)
    prior.vector[2] = np.radians(calibration.roll_deg)
    sd = np.where(np.arange(4) == 2, np.radians(MOUNT_SD["roll_deg"]), prior.sd)
    return floor_of(Mounting(prior.vector, np.diag(sd**2)), picture_wh)


def _normaliser(points: F64) -> F64:
    centre = points.mean(axis=0)
    spread = np.sqrt(((points - centre) ** 2).sum(axis=1).mean() / 2)
    if spread < 1e-9:
        raise CalibrationError("all calibration points are the same point")
    return np.array([[1 / spread, 0, -centre[0] / spread], [0, 1 / spread, -centre[1] / spread], [0, 0, 1]])


def _apply(g: F64, points: F64) -> F64:
    mapped = np.column_stack([points, np.ones(len(points))]) @ g.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


def _linear_fit(px: F64, m: F64) -> F64:
    world, zero = np.column_stack([m, np.ones(len(m))]), np.zeros((len(m), 3))
    rows = np.vstack([np.hstack([world, zero, -px[:, :1] * world]), np.hstack([zero, world, -px[:, 1:] * world])])
    _, strength, basis = np.linalg.svd(rows)
    if strength[7] < 1e-6 * strength[0]:
        raise CalibrationError("the calibration points do not span a floor: at least four, no three on one line")
    g = basis[8].reshape(3, 3)
    depth = world @ g[2]
    if (depth > 0).all() == (depth < 0).all():
        raise CalibrationError(
            "the calibration points are on both sides of the horizon: check that px and m are in the same order"
        )
    return np.asarray(g * np.sign(depth[0]) / np.linalg.norm(g))


def _scatter(residual: float, n_points: int) -> float:
    spare = 2 * n_points - 8
    return float(np.sqrt(residual / spare)) if spare > 0 else 0.0


def _denormalise(fit: _PointFit, unit_sd: float) -> GroundPlane:
    """Undo the normalisation of a fit and of its covariance, and measure the residual on the floor."""
    from_px = np.linalg.inv(fit.to_px)
    linear = np.kron(from_px, fit.to_m.T)
    cov = linear @ (np.linalg.pinv(fit.jac.T @ fit.jac, rcond=1e-10) * unit_sd**2) @ linear.T
    full = from_px @ fit.g.reshape(3, 3) @ fit.to_m
    floor = GroundPlane(full, np.zeros((9, 9)), max_sd_m=np.inf, lens=fit.lens).to_floor(fit.px).pos_m
    rms_cm = float(100 * np.sqrt(((floor - fit.m) ** 2).sum(axis=1).mean()))
    return GroundPlane(full, cov, rms_cm, lens=fit.lens)

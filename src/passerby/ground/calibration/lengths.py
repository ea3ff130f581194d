"""A floor from known lengths: rows of tiles, doors, the gauge of a track, the distance of two surveyed points.

Each length is one equation in the logarithm: an error of clicking is a fraction of the length. Points count as the
lengths between them, so their origin and handedness are free. Configured values of the mounting are additional
measurements; the solution is the least squares of all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy.optimize import least_squares

from passerby.contracts.arrays import F64
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.errors import CalibrationError
from passerby.ground.calibration.prior import Prior, prior_of
from passerby.ground.geometry.mounting import WH, Mounting, floor_of, homography
from passerby.ground.geometry.plane import GroundPlane

# Cameras are mounted level: a roll that is not given is small, and a few lengths rarely determine it. Chosen by
# judgement; not varied in a measurement.
LEVEL_SD = float(np.radians(1.0))
# With a larger error, as a fraction of a metre, a calibration is refused. Chosen: the limit of selfcal.py
# (decision 0008).
WORST_LENGTH_SD = 0.10
# Residual, as a logarithm, of a length above the horizon: a factor of 3000. Chosen by judgement.
_FAR_OFF = 8.0
# Residuals of three times the clicking error, squared. Chosen by judgement; not varied in a measurement.
_CONTRADICTION = 9.0


@dataclass(frozen=True, slots=True, eq=False)
class Lengths:
    """Ends in the picture a_px, b_px (N, 2), and metres between them (N,)."""

    a_px: F64
    b_px: F64
    m: F64

    @staticmethod
    def of(calibration: Calibration) -> Lengths:
        """Return the lengths of a calibration, including those between its points."""
        rows = [(*length.px, length.m) for length in calibration.lengths]
        for one, other in combinations(calibration.points, 2):
            rows.append((one.px, other.px, float(np.hypot(one.m[0] - other.m[0], one.m[1] - other.m[1]))))
        return Lengths(
            np.array([r[0] for r in rows], np.float64),
            np.array([r[1] for r in rows], np.float64),
            np.array([r[2] for r in rows], np.float64),
        )

    def on(self, plane: GroundPlane) -> F64:
        """Return metres (N,) between the ends on a floor; NaN if an end is above the horizon."""
        exact = plane.exact()
        return np.asarray(
            np.linalg.norm(exact.to_floor(self.a_px).pos_m - exact.to_floor(self.b_px).pos_m, axis=1)
        )


def fit_lengths(calibration: Calibration, picture_wh: WH) -> GroundPlane:
    """Return the floor that fits the lengths best.

    Raises CalibrationError if they do not determine it or contradict each other.
    """
    lengths, prior = Lengths.of(calibration), prior_of(calibration, picture_wh)
    if not prior.given[2]:
        prior = replace(prior, sd=np.where(np.arange(4) == 2, LEVEL_SD, prior.sd))
    apart_px = np.linalg.norm(lengths.a_px - lengths.b_px, axis=1)
    if apart_px.min() < 2:
        raise CalibrationError("both ends of a known length are on the same pixel: click two different points")
    share_sd = calibration.click_sd_px * np.sqrt(2) / apart_px

    def residuals(vector: F64) -> F64:
        found = lengths.on(_plane(vector, picture_wh))
        miss = np.where(np.isfinite(found), np.log(np.maximum(found, 1e-6) / lengths.m), _FAR_OFF)
        return np.concatenate([miss / share_sd, (vector - prior.vector) / prior.sd])

    fits = (least_squares(residuals, start, x_scale=prior.sd) for start in _starts(prior, picture_wh))
    best = min(fits, key=lambda fit: float(fit.cost))
    return _checked(best.x, best.jac, best.fun[: len(lengths.m)], lengths, picture_wh)


def _checked(vector: F64, jac: F64, miss: F64, lengths: Lengths, wh: WH) -> GroundPlane:
    spare = max(len(miss) - 4, 1)
    scatter = max(1.0, float((miss**2).sum()) / spare)
    cov = np.linalg.inv(jac.T @ jac) * scatter
    found = lengths.on(_plane(vector, wh))
    if not np.isfinite(found).all():
        raise CalibrationError("the known lengths extend above the horizon: click points on the floor")
    rms_cm = float(100 * np.sqrt(((found - lengths.m) ** 2).mean()))
    mounting = Mounting(vector, (cov + cov.T) / 2, rms_cm)
    plane = floor_of(mounting, wh)
    a, b = plane.exact().to_floor(lengths.a_px).pos_m, plane.exact().to_floor(lengths.b_px).pos_m
    sd = _worst_sd(plane, np.concatenate([a, b, (a + b) / 2]))
    if not sd <= WORST_LENGTH_SD and scatter > _CONTRADICTION:
        # A length with much weight pulls the fit towards it, so its residual is scaled up.
        held = jac[: len(miss)]
        free = np.maximum(1 - np.einsum("ni,ij,nj->n", held, cov / scatter, held), 1e-3)
        worst = int(np.argmax(np.abs(miss) / np.sqrt(free)))
        raise CalibrationError(
            f"the known lengths contradict each other: the one of {lengths.m[worst]:g} m comes out as "
            f"{found[worst]:.2f} m; measure and click it again"
        )
    if not sd <= WORST_LENGTH_SD:
        raise CalibrationError(
            f"the known lengths leave a metre on the floor uncertain by {sd:.0%}: give lengths near and far, "
            "along and across the picture, or known values of the mounting (hfov_deg, tilt_deg, height_m)"
        )
    return plane


def _worst_sd(plane: GroundPlane, pos_m: F64) -> float:
    ways = [(np.cos(a), np.sin(a)) for a in (np.arange(4) * np.pi / 4).tolist()]
    var = [plane.fit_speed_var(pos_m, np.broadcast_to(way, pos_m.shape)) for way in ways]
    return float(np.sqrt(np.max(var)))


def _plane(vector: F64, wh: WH) -> GroundPlane:
    return GroundPlane(homography(vector, wh), np.zeros((9, 9)), max_sd_m=np.inf)


def _starts(prior: Prior, wh: WH) -> list[F64]:
    # Start values over the tilts and focal lengths of cameras in stations. Chosen by judgement.
    tilts = [prior.vector[1]] if prior.given[1] else np.radians([8, 20, 35, 55])
    focals = [prior.vector[3]] if prior.given[3] else np.log(wh[0] * np.array([0.45, 0.7, 1.1]))
    return [np.array([prior.vector[0], tilt, prior.vector[2], focal]) for tilt in tilts for focal in focals]

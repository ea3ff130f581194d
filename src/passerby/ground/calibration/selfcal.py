"""Self-calibration: the mounting of a camera from the boxes of walking people.

People are upright and have the height of adults, so the height of boxes and its change over the picture determine
tilt, roll, focal length and height of the camera. The idea is from Lv, Zhao and Nevatia (PAMI 2006) and Liu,
Collins and Liu (BMVC 2011); fitting the numbers to the heights directly, in place of vanishing points, is as in Li
et al. (EURASIP JIVP 2015). Added here: a body with feet and a head in place of a stick (body.py), and a mixed
model. Each walker has an own height, drawn from the population; the relation between one walker's boxes does not
depend on it.

With e = ln(box height) - ln(height of an average person's box there), the mean of e over a walker's boxes is that
walker's height, with the population's deviation; the rest is the detector's error. Both are fitted by least
squares with Cauchy weights, so children, seated people and truncated boxes get little weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from passerby.contracts.arrays import F64, I64
from passerby.contracts.errors import CalibrationError
from passerby.ground.calibration.body import box_heights_px
from passerby.ground.calibration.prior import Prior
from passerby.ground.calibration.walkers import Walker
from passerby.ground.geometry.mounting import WH, Mounting, floor_of

# Adults in shoes, both sexes mixed: 1.76 and 1.62 m (NHANES 2003-2006: McDowell 2008), 7.2 and 6.6 cm each (Stoudt
# 1965), and 2.5 cm of sole (ISO 7250). The means of nations differ by some 3 cm (NCD-RisC, eLife 2016).
PEOPLE_M, PEOPLE_SD_M, PEOPLE_MEAN_SD_M = 1.715, 0.10, 0.03
# Chosen by judgement: the differences between 20 people leave 1.3 % of a length, less than the 1.7 % of a nation's
# mean (PEOPLE_MEAN_SD_M).
LEAST_WALKERS = 20
# Least error of a box's height, as a fraction of it; additional error, as a fraction of the picture's height.
# Chosen by judgement; near the measured error of a foot point, 2 % and 1.2 px of an input of 288 rows (decision
# 0007).
BOX_SD, EDGE_SD = 0.02, 0.005
# Systematic errors of a detector: an edge, as a fraction of the picture's height, and a bias per e-fold of size.
# Chosen by judgement and not varied; docs/calibration.md measures the fit that uses them.
EDGE_BIAS_SD, SIZE_BIAS_SD = 0.0025, 0.02
# Errors of a walker's neighbouring boxes are correlated: this many count as one. Chosen by judgement; decision
# 0007 measures correlations of 0.1 to 0.8 after 0.5 s; 1/3 between neighbours gives this number.
ALIKE = 2.0
# Rounds of the robust fit. Chosen by judgement; not varied in a measurement.
ROUNDS = 6
# From steeper above, boxes show heads and not heights. Chosen by judgement; not varied in a measurement.
STEEPEST_DEG = 60.0
# Without lens or tilt the focal length depends on how the size of boxes bends with distance, and a detector's
# errors bend it too. Chosen (decision 0008), not varied: with nothing known and detected boxes, the measured error
# of scale is 10.8 %, for the worst camera 21.7 % (docs/calibration.md).
UNKNOWN_LENS_SD = 0.2
# With a larger error of a metre on the floor, a fraction, a calibration is not used. Chosen (decision 0008): with
# the lens or the tilt known, floors state 4.9 to 7.5 %, without both 14 to 28 % (docs/calibration.md).
WORST_LENGTH_SD = 0.10


@dataclass(frozen=True, slots=True, eq=False)
class Residual:
    """The median residual as a fraction of the height: of people, and of the boxes of one person."""

    people: float
    boxes: float


@dataclass(frozen=True, slots=True, eq=False)
class WalkerFit:
    """A mounting found from walkers.

    length_sd: standard deviation of a metre on the floor where people walked, as a fraction, in the worst
    direction and place. doubted: fraction of walkers with less than a third of the weight, such as children.
    """

    mounting: Mounting
    residual: Residual
    walkers: int
    length_sd: float
    doubted: float


class UncertainFloorError(CalibrationError):
    """The walkers determine a mounting, but not well enough. vector: that mounting, as in Mounting."""

    def __init__(self, vector: F64, message: str) -> None:
        super().__init__(message)
        self.vector = vector


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """All boxes of all walkers: bottom_px (M, 2), ln_height (M,), and their walkers (M,), 0 to walkers - 1."""

    bottom_px: F64
    ln_height: F64
    who: I64
    walkers: int

    @staticmethod
    def of(walkers: Sequence[Walker]) -> Boxes:
        """Put the boxes of all walkers into one table."""
        who = np.repeat(np.arange(len(walkers)), [len(w) for w in walkers]).astype(np.int64)
        bottom = np.concatenate([np.zeros((0, 2)), *(w.bottom_px for w in walkers)])
        height = np.concatenate([np.zeros(0), *(w.height_px for w in walkers)])
        return Boxes(bottom, np.log(height), who, len(walkers))

    def mean(self, values: F64, weight: F64) -> F64:
        """Return the weighted mean (walkers,) of `values` (M,) over each walker's boxes."""
        total = np.bincount(self.who, weight, self.walkers)
        return np.asarray(np.bincount(self.who, weight * values, self.walkers) / np.maximum(total, 1e-12))


def fit_walkers(walkers: Sequence[Walker], picture_wh: WH, prior: Prior) -> WalkerFit:
    """Return the mounting under which the walkers have the heights of people.

    Raises CalibrationError with the reason if the walkers do not determine it.
    """
    if len(walkers) < LEAST_WALKERS:
        raise CalibrationError(
            f"complete, upright walkers: {len(walkers)} of the {LEAST_WALKERS} needed; use a longer recording"
        )
    boxes = Boxes.of(walkers)
    fit = _WalkerSolver(boxes, picture_wh, prior)
    fit.run(_search(boxes, picture_wh, prior))
    found = fit.result()
    if found.mounting.tilt_deg > STEEPEST_DEG:
        raise CalibrationError(
            f"the camera looks down by {found.mounting.tilt_deg:.0f} degrees: from so steep above people show no "
            "height; give points or lengths"
        )
    if not found.length_sd <= WORST_LENGTH_SD:
        raise UncertainFloorError(
            found.mounting.vector,
            f"{found.walkers} walkers leave a metre on the floor uncertain by {found.length_sd:.0%}: give "
            "hfov_deg (data sheet) or tilt_deg (phone at the camera), or let people walk nearer and farther",
        )
    return found


def misses(boxes: Boxes, vector: F64, picture_wh: WH) -> F64:
    """Return the logarithm (M,) of each box's height over that of an average person there."""
    expected = box_heights_px(vector, boxes.bottom_px, PEOPLE_M, picture_wh)
    return np.asarray(boxes.ln_height - np.log(np.where(expected > 1.0, expected, 1.0)))


def residual(boxes: Boxes, vector: F64, picture_wh: WH) -> Residual:
    """Return the residuals of a model: of the median walker, and of the median box from its own walker."""
    miss = misses(boxes, vector, picture_wh)
    own = np.array([np.median(miss[boxes.who == k]) for k in range(boxes.walkers)])
    return Residual(float(np.median(np.abs(own))), float(np.median(np.abs(miss - own[boxes.who]))))


def _search(boxes: Boxes, wh: WH, prior: Prior) -> F64:
    """Return the best of a grid of mountings by the median box, which stays correct if half the boxes are
    wrong."""
    # Grid over the tilts and focal lengths of cameras in stations. Chosen by judgement.
    tilts = [prior.vector[1]] if prior.given[1] else np.radians(np.arange(3.0, 75.0, 4.0))
    focals = [prior.vector[3]] if prior.given[3] else np.log(wh[0] * np.array([0.35, 0.5, 0.65, 0.85, 1.15]))
    best, least = prior.vector, np.inf
    for tilt in tilts:
        for focal in focals:
            vector = np.array([prior.vector[0], tilt, prior.vector[2], focal])
            for _ in range(0 if prior.given[0] else 3):
                vector[0] = np.clip(vector[0] - np.median(misses(boxes, vector, wh)), np.log(1.9), np.log(40))
            typical = float(np.median(np.abs(misses(boxes, vector, wh))))
            if typical < least:
                best, least = vector, typical
    return np.asarray(best)


class _WalkerSolver:
    """The mixed model's least squares. x: the mounting's four, stature (ln), edge (px), size bias."""

    def __init__(self, boxes: Boxes, wh: WH, prior: Prior) -> None:
        self._boxes, self._wh = boxes, wh
        self._lens_sd = 0.0 if prior.given[1] or prior.given[3] else UNKNOWN_LENS_SD
        self._prior = np.concatenate([prior.vector, np.zeros(3)])
        self._prior_sd = np.concatenate(
            [prior.sd, [PEOPLE_MEAN_SD_M / PEOPLE_M, EDGE_BIAS_SD * wh[1], SIZE_BIAS_SD]]
        )
        self._middle = float(np.median(boxes.ln_height))
        # Small boxes have a larger relative error, because an edge is wrong by pixels.
        self._worse = np.hypot(1.0, EDGE_SD * wh[1] / np.exp(boxes.ln_height) / (2 * BOX_SD))
        self._box_sd, self._stature_sd = 2 * BOX_SD, PEOPLE_SD_M / PEOPLE_M
        self._box_weight = 1 / self._worse**2
        self._walker_weight = np.ones(boxes.walkers)
        self._x, self._jac = self._prior, np.zeros((0, 7))

    def run(self, start: F64) -> None:
        """Fit; after each round, distant values get less weight (Cauchy's weights)."""
        self._x = np.concatenate([start, np.zeros(3)])
        for _ in range(ROUNDS):
            fit = least_squares(self._residuals, self._x, x_scale=self._prior_sd)
            self._x, self._jac = fit.x, fit.jac
            inner, outer = self._parts(fit.x)
            inner = inner / self._worse
            self._box_sd = max(BOX_SD, 1.4826 * float(np.median(np.abs(inner))))
            self._box_weight = 1 / self._worse**2 / (1 + (inner / (2 * self._box_sd)) ** 2)
            self._walker_weight = 1 / (1 + (outer / (2 * self._stature_sd)) ** 2)

    def result(self) -> WalkerFit:
        """Return the result of the fit."""
        cov = np.linalg.inv(self._jac.T @ self._jac)[:4, :4]
        # An error of the lens changes tilt and height, too, as the fit shows.
        cov += self._lens_sd**2 * np.outer(cov[3], cov[3]) / cov[3, 3] ** 2
        mounting = Mounting(self._x[:4], (cov + cov.T) / 2)
        return WalkerFit(
            mounting=mounting,
            residual=residual(self._boxes, self._x[:4], self._wh),
            walkers=self._boxes.walkers,
            length_sd=length_sd(mounting, self._boxes.bottom_px, self._wh),
            doubted=float((self._walker_weight < 1 / 3).mean()),
        )

    def _parts(self, x: F64) -> tuple[F64, F64]:
        """Return each box's residual from its walker (M,), and each walker's from the population (walkers,)."""
        miss = misses(self._boxes, x[:4], self._wh)
        # By the expected size: the box's own error must not be on both sides of the equation.
        size = self._boxes.ln_height - miss
        miss = miss - x[5] * np.exp(-size) - x[6] * (size - self._middle)
        mean = self._boxes.mean(miss, self._box_weight)
        return miss - mean[self._boxes.who], mean - x[4]

    def _residuals(self, x: F64) -> F64:
        inner, outer = self._parts(x)
        count = np.maximum(np.bincount(self._boxes.who, self._box_weight, self._boxes.walkers), 0.3)
        sd = np.sqrt(self._stature_sd**2 + ALIKE * self._box_sd**2 / count)
        weight = self._box_weight * self._walker_weight[self._boxes.who] / ALIKE
        return np.concatenate(
            [
                np.sqrt(weight) * inner / self._box_sd,
                np.sqrt(self._walker_weight) * outer / sd,
                (x - self._prior) / self._prior_sd,
            ]
        )


def length_sd(mounting: Mounting, bottom_px: F64, picture_wh: WH) -> float:
    """Return the standard deviation of a metre on the floor at the feet (M, 2), as a fraction, at worst.

    The worst of eight directions, and the 90th percentile of the places; infinite if none is on the floor.
    """
    plane = floor_of(mounting, picture_wh)
    floor = plane.exact().to_floor(bottom_px[:: max(1, len(bottom_px) // 200)])
    if not floor.valid.any():
        return float("inf")
    pos = floor.pos_m[floor.valid]
    angles = np.arange(4) * np.pi / 4
    var = [plane.fit_speed_var(pos, np.broadcast_to([np.cos(a), np.sin(a)], pos.shape)) for a in angles.tolist()]
    return float(np.sqrt(np.percentile(np.max(var, axis=0), 90)))

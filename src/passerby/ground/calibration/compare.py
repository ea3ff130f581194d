"""Compares a drawn floor with the floor that walking people give: a shared lens, and the ratio of metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F64
from passerby.contracts.calibration import LearnedFloor
from passerby.contracts.calibration_settings import Calibration
from passerby.ground.calibration.prior import focal_of
from passerby.ground.calibration.quality import COARSEST_M_PER_PX, fine_m_per_px, spread_px
from passerby.ground.geometry.mounting import WH, Mounting, floor_of, slopes
from passerby.ground.geometry.plane import GroundPlane

# A drawn floor gives the lens only if it determines the focal length to this fraction. Chosen by judgement: a lens
# from a data sheet is taken as known to 2 % (prior.MOUNT_SD).
WORST_FOCAL_SD = 0.05
# Floors differ from this many standard deviations on. Chosen by judgement: one comparison of 20 would be further
# away by chance.
APART_SDS = 2.0


@dataclass(frozen=True, slots=True)
class FloorRatio:
    """Metres of the learned floor for one metre of the drawn floor, over the picture.

    median, low, high: 50 %, 10 % and 90 % of the picture in which both can be read. sd: error of the median.
    """

    median: float
    low: float
    high: float
    sd: float

    @property
    def is_apart(self) -> bool:
        """Whether the floors differ by more than the learned one is uncertain."""
        return bool(abs(np.log(self.median)) > APART_SDS * self.sd)


def beside(calibration: Calibration, plane: GroundPlane, picture_wh: WH) -> Calibration:
    """Return the calibration from people to compare a drawn one with: it shares the lens and nothing else."""
    focal = focal_of(calibration, picture_wh) or focal_px(plane, picture_wh)
    if focal is None:
        return Calibration(people=True)
    hfov = float(2 * np.degrees(np.arctan(picture_wh[0] / 2 / focal)))
    return Calibration(people=True, hfov_deg=round(hfov, 1)) if 5 < hfov < 170 else Calibration(people=True)


def focal_px(plane: GroundPlane, picture_wh: WH) -> float | None:
    """Return the focal length that a floor implies; None if it does not determine it to WORST_FOCAL_SD."""

    def ln_focal(entries: F64) -> F64:
        return np.array([_ln_focal(entries.reshape(3, 3), picture_wh)])

    # Entries of equal size, so that one step suits the derivative of each of them.
    size = np.maximum(np.abs(plane.world_to_image), 1e-12).ravel()
    unit = plane.world_to_image.ravel() / size
    found = float(ln_focal(unit * size)[0])
    by_entries = slopes(lambda v: ln_focal(v * size), unit) / size
    variance = float((by_entries @ plane.fit_cov @ by_entries.T)[0, 0])
    if not (np.isfinite(found) and 0 <= variance <= WORST_FOCAL_SD**2):
        return None
    return float(np.exp(found))


def learned_plane(floor: LearnedFloor, picture_wh: WH) -> GroundPlane:
    """Return a learned floor for a picture of another size and the same view."""
    vector = np.array(floor.vector)
    vector[3] += np.log(picture_wh[0] / floor.picture_wh[0])
    return floor_of(Mounting(vector, np.array(floor.cov).reshape(4, 4)), picture_wh)


def ratio(drawn: GroundPlane, learned: GroundPlane, length_sd: float, picture_wh: WH) -> FloorRatio | None:
    """Return the ratio of metres; None if there is no part of the picture in which both floors can be read."""
    px = spread_px(picture_wh)
    read = [np.nan_to_num(plane.m_per_px(px), nan=np.inf) < COARSEST_M_PER_PX for plane in (drawn, learned)]
    px = px[read[0] & read[1]]
    both = fine_m_per_px(learned, px) / fine_m_per_px(drawn, px) if len(px) else np.zeros(0)
    both = both[np.isfinite(both) & (both > 0)]
    if not len(both):
        return None
    low, median, high = (float(v) for v in np.quantile(both, [0.1, 0.5, 0.9]))
    return FloorRatio(median, low, high, length_sd)


def _ln_focal(matrix: F64, picture_wh: WH) -> float:
    """Return ln of the focal length: both axes of the floor are at right angles and equally long (Zhang 2000)."""
    middle = np.array([[1, 0, -picture_wh[0] / 2], [0, 1, -picture_wh[1] / 2], [0, 0, 1]])
    (a1, a2, _), (b1, b2, _), (c1, c2, _) = middle @ matrix
    by_inverse = np.array([a1 * a2 + b1 * b2, a1**2 + b1**2 - a2**2 - b2**2])
    constant = np.array([c1 * c2, c1**2 - c2**2])
    inverse = -float(by_inverse @ constant) / max(float(by_inverse @ by_inverse), 1e-300)
    return float("nan") if inverse <= 0 else -0.5 * float(np.log(inverse))

"""Learns the floor while running: fits at increasing numbers of walkers, and detects a moved camera.

A floor is returned at 20, 40, 80, 160 and 320 walkers if it is known well enough; the last one is kept. After that
the recent walkers are compared with it: when the median walker, or the median box of one walker, is twice as far
from the model as when it was learned, the view has changed, and the floor is learned again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum

import numpy as np

from passerby.contracts.calibration import LearnedFloor
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.errors import CalibrationError
from passerby.contracts.people import Tracks
from passerby.ground.calibration.prior import prior_of
from passerby.ground.calibration.selfcal import PEOPLE_M, PEOPLE_SD_M, Boxes, WalkerFit, fit_walkers, residual
from passerby.ground.calibration.walkers import Walker, WalkerCollector
from passerby.ground.geometry.mounting import WH, Mounting, floor_of
from passerby.ground.geometry.plane import GroundPlane

# Numbers of walkers. Chosen by judgement: the first is selfcal.LEAST_WALKERS, and each step reduces a random error
# by 30 %. The differences between 320 people leave 0.3 % of a length, less than the 1.7 % of a nation's mean.
FIT_AT = (20, 40, 80, 160, 320)
# Numbers of walkers that are compared, and between two checks. Chosen by judgement. With these and the next two,
# four degrees of tilt or a zoom by a third are detected after some 60 walkers (docs/calibration.md), and 150 other
# people, 15 % of them children, are no moved camera (tests/ground/calibration/test_learning.py).
RECENT, COMPARE_EVERY = 40, 10
# Factor on the usual residual, and number of checks in a row: a school class passes, a moved camera stays moved.
# Chosen by judgement; checked by the same tests.
MOVED_FACTOR, IN_A_ROW = 2.0, 3
# Smallest usual residual of people and of boxes: a small sample can be lower by chance, and exact boxes would make
# every change look like a moved camera. People: the median of a normal distribution's absolute deviations is 0.67
# standard deviations. Boxes: chosen by judgement, the value of selfcal.BOX_SD.
LEAST_PEOPLE, LEAST_BOXES = 0.67 * PEOPLE_SD_M / PEOPLE_M, 0.02


class Learned(Enum):
    """Result of a frame: a floor, a better one, or a moved camera."""

    FLOOR = "floor"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class News:
    """A result with its reason as text, and the present residual divided by the usual one."""

    what: Learned
    why: str
    times: float = 1.0


class FloorLearner:
    """The learner of one camera. floor: None while it is unknown. refused: reason why the last fit gave no
    floor."""

    def __init__(self, calibration: Calibration, picture_wh: WH, kept: LearnedFloor | None = None) -> None:
        self._wh, self._prior = picture_wh, prior_of(calibration, picture_wh)
        self._given = calibration.model_dump_json(exclude_defaults=True)
        usable = kept is not None and (kept.picture_wh, kept.given) == (picture_wh, self._given)
        self.floor = kept if usable else None
        self.refused = ""
        self._collector = WalkerCollector()
        self._walkers: list[Walker] = []
        self._recent: deque[Walker] = deque(maxlen=RECENT)
        self._since = self._worse = 0

    def plane(self) -> GroundPlane | None:
        """Return the floor as a plane; None while it is unknown."""
        if self.floor is None:
            return None
        return floor_of(Mounting(np.array(self.floor.vector), np.array(self.floor.cov).reshape(4, 4)), self._wh)

    def step(self, tracks: Tracks) -> News | None:
        """Process one frame's tracks; return a result, if there is one."""
        return self._take(self._collector.step(tracks))

    def reset(self) -> News | None:
        """End all tracks, because the picture was interrupted."""
        return self._take(self._collector.reset())

    def _take(self, walkers: list[Walker]) -> News | None:
        news = None
        for walker in walkers:
            self._recent.append(walker)
            self._since += 1
            news = self._compare() or self._learn(walker) or news
        return news

    def _learn(self, walker: Walker) -> News | None:
        if len(self._walkers) >= FIT_AT[-1]:
            return None
        self._walkers.append(walker)
        known = self.floor.walkers if self.floor else 0
        if len(self._walkers) not in FIT_AT or len(self._walkers) <= known:
            return None
        try:
            fit = fit_walkers(self._walkers, self._wh, self._prior)
        except CalibrationError as error:
            self.refused = str(error)
            return None
        self.floor, self.refused = self._kept(fit), ""
        return News(Learned.FLOOR, fit_text(fit))

    def _compare(self) -> News | None:
        """Compare the recent walkers with the floor in use."""
        if self.floor is None or len(self._recent) < RECENT or self._since % COMPARE_EVERY:
            return None
        now = residual(Boxes.of(list(self._recent)), np.array(self.floor.vector), self._wh)
        times = max(
            now.people / max(self.floor.people_misfit, LEAST_PEOPLE),
            now.boxes / max(self.floor.box_misfit, LEAST_BOXES),
        )
        self._worse = self._worse + 1 if times >= MOVED_FACTOR else 0
        if self._worse < IN_A_ROW:
            return None
        self._worse, self.floor, self._walkers, self._since = 0, None, [], 0
        self._recent.clear()
        return News(Learned.MOVED, f"people fit the learned floor {times:.1f} times worse than usual", times)

    def _kept(self, fit: WalkerFit) -> LearnedFloor:
        return LearnedFloor(
            picture_wh=self._wh,
            given=self._given,
            vector=tuple(fit.mounting.vector.tolist()),
            cov=tuple(fit.mounting.cov.ravel().tolist()),
            people_misfit=fit.residual.people,
            box_misfit=fit.residual.boxes,
            length_sd=fit.length_sd,
            walkers=fit.walkers,
        )


def fit_text(fit: WalkerFit) -> str:
    """Return a short description of a fit."""
    m, sd = fit.mounting, fit.mounting.sd
    return (
        f"camera {m.height_m:.2f} ± {sd[0]:.2f} m up, looking {m.tilt_deg:.1f} ± {sd[1]:.1f} degrees down, from "
        f"{fit.walkers} walkers; a metre on the floor is known to {fit.length_sd:.0%}"
    )

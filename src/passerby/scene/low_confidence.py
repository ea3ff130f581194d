"""Places with permanent low-confidence detections: pillars, signs, posters.

A box below the reporting score keeps a place from being learned, because it may be a seated person. But a person
never keeps completely still for long. Boxes that touch or overlap are on things if for SETTLED_S nothing moved in
them, nothing looked different from a minute before, and there was no high-confidence box.
"""

from __future__ import annotations

import cv2
import numpy as np

from passerby.contracts.arrays import F32, F64, Bools
from passerby.pixels.frame import U8
from passerby.pixels.grid import Grid, far, grown
from passerby.scene.stillness import FREE_S, Stillness

# A box with at least this score is a person (decision 0006). Chosen by judgement; not varied in a measurement. The
# embedded detector tracked from the same score at that time.
SURE_SCORE = 0.4
# Chosen: a sleeping person can keep still for ten minutes, and would be learned; the hour is by judgement.
# Decision 0006 measures the faces that are shown where this time is shorter (benchmarks/redaction.py --hurry).
SETTLED_S = 3600.0
# Interval of the pictures in which a slowly moving person differs, and the least difference, grey levels (decision
# 0006). Chosen by judgement, the difference as MOVES of stillness.py; not varied in a measurement.
MINUTE_S, DIFFERS = 60.0, 14.0
# Interval of these steps, seconds. Chosen by judgement: short compared with SETTLED_S.
_EVERY_S = 5.0


class LowConfidence:
    """The places of one camera; every analysed frame passes through `step`, in time order.

    settled: blocks (rows, columns) in which low-confidence detections are on things.
    """

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.settled: Bools = np.zeros((grid.rows, grid.columns), bool)
        # Last time at which a block had more than a thing, by any sign except motion.
        self._stirred_s: F64 = np.full(self.settled.shape, -np.inf)
        self._firm_s = self._stirred_s.copy()
        self._minute: tuple[float, U8] | None = None
        self._due_s = -np.inf

    def reset(self, blocks: Bools, now_s: float) -> None:
        """Reset `blocks`: a person may be there."""
        self.settled &= ~blocks
        self._stirred_s[blocks] = now_s

    def step(self, small: U8, scores: F32, stillness: Stillness, known: Bools, now_s: float) -> None:
        """Process one frame, after `stillness`.

        scores: highest score of the boxes that touch each block, 0 without any. known: blocks that have been
        learned.
        """
        firm = scores >= SURE_SCORE
        if firm.any():
            firm = grown(firm, 1)
            self._firm_s[firm] = now_s
            self.settled &= known | ~firm
        if not 0 <= self._due_s - now_s <= _EVERY_S:
            self._due_s = now_s + _EVERY_S
            self._compare(small, stillness, now_s)
            self._settle(stillness, now_s)

    def may_be_learned(self, now_s: float) -> Bools:
        """Return the settled blocks without a high-confidence box for long enough."""
        return self.settled & (now_s - self._firm_s >= FREE_S)

    def _compare(self, small: U8, stillness: Stillness, now_s: float) -> None:
        """Record the blocks that look different from a minute ago."""
        if self._minute is None or not 0 <= now_s - self._minute[0] < MINUTE_S:
            if self._minute is not None:
                other = self._grid.any_of(far(small, self._minute[1], stillness.beyond_noise(DIFFERS)))
                self._stirred_s[grown(other, 1)] = now_s
            self._minute = now_s, small

    def _settle(self, stillness: Stillness, now_s: float) -> None:
        """Settle blocks with low-confidence detections if nothing has moved in them and all that touch them."""
        low = now_s - stillness.touched_s < FREE_S
        stirred_s = np.maximum(self._stirred_s, stillness.moved_s)
        groups, labels = cv2.connectedComponents(low.view(np.uint8))
        group = np.asarray(labels, np.intp)
        last_s = np.full(groups, -np.inf)
        np.maximum.at(last_s, group, stirred_s)
        self.settled |= low & (now_s - np.maximum(last_s[group], self._firm_s) >= SETTLED_S)

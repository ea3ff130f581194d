"""The time since the last motion, and since the last box, in each block of one camera's picture.

Motion is a difference to pictures of up to a second ago beyond the picture's own noise (temporal differencing:
Lipton, Fujiyoshi & Patil 1998).
"""

from __future__ import annotations

import cv2
import numpy as np

from passerby.contracts.arrays import F32, F64, Bools
from passerby.pixels.frame import U8
from passerby.pixels.grid import Grid, far, grown

# Least difference of one colour channel between cells (means of several pixels): of 255, and in standard
# deviations of the picture's noise, which is larger in small and in dark pictures. Chosen by judgement. Measured
# with them: noise, motion and differences cover less than 0.1 % of an empty place (decision 0006,
# benchmarks/redaction.py empty).
MOVES, NOISE_SDS = 14.0, 5.0
# The median of the absolute differences of two Gaussian samples, in standard deviations of the difference: the
# upper quartile of the normal distribution.
MEDIAN_OF_NORMAL = 0.6745
# Weight of a new measurement of the noise. Chosen by judgement; not varied in a measurement.
NOISE_WEIGHT = 0.2
# Times without motion, and without boxes, before a block is sampled, seconds (decision 0006). Chosen: the first by
# judgement; with 6 s without boxes busy places became visible too late, and with 3 s no face was shown.
STILL_S, FREE_S = 1.0, 3.0
# Age of the reference pictures, seconds. Chosen by judgement; not varied in a measurement.
REFERENCE_S = 0.4
# After a longer interval without frames nothing is known about motion, seconds. Chosen by judgement; not varied in
# a measurement.
BREAK_S = 30.0


class Stillness:
    """The stillness of one camera; every analysed frame passes through `step`, in time order.

    moved_s, touched_s: last time at which a block (rows, columns) had motion, or a box.
    noise_sd: of a difference of two small pictures without motion, in grey levels; 0 while unknown.
    """

    def __init__(self, grid: Grid) -> None:
        self._grid, self._now_s = grid, -np.inf
        self.start(0.0)

    def start(self, now_s: float) -> None:
        """Reset: all blocks may have moved at `now_s`."""
        shape = self._grid.rows, self._grid.columns
        self.moved_s: F64 = np.full(shape, now_s)
        self.touched_s: F64 = np.full(shape, -np.inf)
        self._references: list[tuple[float, U8]] = []
        self.noise_sd = 0.0

    def beyond_noise(self, least: float) -> float:
        """Return the least difference of cells that counts, never less than `least`."""
        return max(least, NOISE_SDS * self.noise_sd)

    def step(self, small: U8, scores: F32, now_s: float) -> bool:
        """Record motion and boxes; return whether there was a break, after which nothing is known.

        small: the small picture. scores: highest score of the boxes that touch each block (rows, columns), or 0.
        """
        broke = not 0 <= now_s - self._now_s <= BREAK_S
        if broke:
            self._break(now_s)
        self._now_s = now_s
        self._note_motion(small)
        self._renew(small)
        self.touched_s[grown(scores > 0, 1)] = now_s
        return broke

    def quiet_s(self) -> F64:
        """Return the time for which each block has had neither motion nor a box."""
        return self._now_s - np.maximum(self.moved_s, self.touched_s)

    def is_still(self) -> Bools:
        """Return the blocks in which nothing has moved for long enough to be learned."""
        return self._now_s - self.moved_s >= STILL_S

    def is_free(self) -> Bools:
        """Return the blocks in which no box has lain for long enough to be learned."""
        return self._now_s - self.touched_s >= FREE_S

    def _break(self, now_s: float) -> None:
        self.moved_s[:] = now_s
        self.touched_s = np.minimum(self.touched_s, now_s)
        self._references = []

    def _note_motion(self, small: U8) -> None:
        limit = self.beyond_noise(MOVES)
        for _, reference in self._references:
            moving = self._grid.any_of(far(small, reference, limit))
            if moving.any():
                self.moved_s[grown(moving, 1)] = self._now_s

    def _renew(self, small: U8) -> None:
        """Keep two reference pictures, the older up to twice REFERENCE_S old, and measure the noise."""
        if self._references and (self.noise_sd == 0 or self._is_due()):
            self._measure_noise(small, self._references[-1][1])
        if not self._references or self._is_due():
            self._references = [*self._references[-1:], (self._now_s, small)]

    def _is_due(self) -> bool:
        return self._now_s - self._references[-1][0] >= REFERENCE_S

    def _measure_noise(self, small: U8, reference: U8) -> None:
        """Measure the difference of two pictures where nothing moved, which is most of them."""
        apart = cv2.absdiff(small[2::4, 2::4, 1], reference[2::4, 2::4, 1])
        sd = (float(np.median(apart)) + 0.25) / MEDIAN_OF_NORMAL
        known = self.noise_sd
        self.noise_sd = sd if known == 0 else known + NOISE_WEIGHT * (min(sd, 2 * known) - known)

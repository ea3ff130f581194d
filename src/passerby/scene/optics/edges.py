"""How steep the edges of a picture are, in native pixels: what a lens out of focus loses first.

Every edge of a fixed camera is compared with the same edge at its best, so that poor and rich scenes count alike.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.contracts.arrays import F32, Bools
from passerby.pixels.frame import U8

# Length of a segment of a strip, px. Chosen: longer than the blur of a lens that is badly out of focus.
SEGMENT_PX = 24
# Weight of the newest picture in the mean of the strips. Chosen: noise falls to half, and a sudden blur shows
# after three samples.
NEWEST = 0.45
# A mean change beyond this is another picture, whose edges have nothing to do with those before, grey levels.
# Chosen by judgement.
OTHER_PICTURE = 20.0
# An edge counts if it is this many times steeper than noise, and at least this steep, grey levels. Chosen by
# judgement.
OVER_NOISE, LEAST_STEP = 2.5, 6.0
# Fewer edges say nothing about the focus. Chosen by judgement.
FEWEST_EDGES = 12
# Time constants, seconds: of the mean steepness of an edge, in which noise averages out, and of the best when
# edges become softer. Chosen: dirt and heat soften a picture over days, and must not become usual. In the first
# seconds the best is the mean.
MEAN_S, WORSE_S, FIRST_S = 300.0, 30 * 86400.0, 30.0

# As the types of OpenCV have it.
Numbers = NDArray[np.integer[Any] | np.floating[Any]]
_SPAN = np.ones((1, SEGMENT_PX), np.uint8)


class EdgeMeter:
    """The mean of the latest strips of one camera.

    slope: float32 (STRIPS, n), the largest step between neighbours in each segment, grey levels.
    """

    def __init__(self) -> None:
        self._mean: F32 | None = None
        self.slope: F32 = np.zeros((0, 0), np.float32)

    def step(self, strips: U8) -> None:
        """Add the strips of one sample."""
        now = strips.astype(np.float32)
        if self._mean is None or self._mean.shape != now.shape or _is_other(now, self._mean):
            self._mean = now
        else:
            cv2.accumulateWeighted(now, self._mean, NEWEST)
        steps = cv2.absdiff(self._mean[:, 1:], self._mean[:, :-1])
        self.slope = _of_segments(cv2.dilate(steps, _SPAN))

    def steepness(self, where: Bools | None = None) -> float | None:
        """Return the step at edges as a fraction of the edge's height: 1 for an edge of one pixel.

        where: segments (STRIPS, n); the strongest edges of the picture if it is None. It needs no earlier picture
        and does not depend on the brightness. None without enough edges.
        """
        if self._mean is None:
            return None
        contrast = _of_segments(cv2.subtract(cv2.dilate(self._mean, _SPAN), cv2.erode(self._mean, _SPAN)))
        strong = contrast >= max(
            4 * LEAST_STEP, 5 * noise_of(self.slope), 0.0 if where is not None else _high(contrast)
        )
        strong = strong if where is None else strong & where
        if np.count_nonzero(strong) < FEWEST_EDGES:
            return None
        return median_of(self.slope[strong] / contrast[strong])


class BestEdges:
    """The edges of one view at their best. is_edge: the segments (STRIPS, n) in which they are."""

    def __init__(self, slope: F32, blocks: tuple[int, int]) -> None:
        self._best, self._mean = slope.copy(), slope.copy()
        self.is_edge = edges_in(slope)
        self._age_s = 0.0
        rows, columns = slope.shape
        self._place = np.ix_(np.arange(rows) * blocks[0] // rows, np.arange(columns) * blocks[1] // columns)

    @property
    def is_enough(self) -> bool:
        """Whether the view has enough edges to measure its sharpness."""
        return int(np.count_nonzero(self.is_edge)) >= FEWEST_EDGES

    def ratio(self, slope: F32, blocks: Bools) -> float | None:
        """Return the median of the present steps, as a fraction of the best, in `blocks` (rows, columns).

        None without enough edges there.
        """
        chosen = self.is_edge & blocks[self._place]
        if np.count_nonzero(chosen) < FEWEST_EDGES:
            return None
        return median_of(slope[chosen] / self._best[chosen])

    def restart(self, slope: F32, blocks: Bools) -> None:
        """Begin again in `blocks` (rows, columns): they show another thing."""
        there = blocks[self._place]
        self._mean[there] = self._best[there] = slope[there]
        self.is_edge = edges_in(self._best)

    def segments(self, blocks: Bools) -> Bools:
        """Return the segments (STRIPS, n) of `blocks`."""
        return np.asarray(blocks[self._place])

    def learn(self, slope: F32, blocks: Bools, dt_s: float) -> None:
        """Learn from a healthy picture where the view is in place: better edges soon, worse ones slowly."""
        self._age_s += dt_s
        there = blocks[self._place]
        weight = min(1.0, dt_s / min(MEAN_S, self._age_s))
        self._mean += np.where(there, np.float32(weight), 0) * (slope - self._mean)
        better = self._mean > self._best
        best = np.float32(1.0 if self._age_s <= FIRST_S else dt_s / WORSE_S)
        self._best += np.where(better, np.float32(1.0), best) * (self._mean - self._best)
        self.is_edge = edges_in(self._best)


def median_of(values: F32) -> float:
    """Return the upper median; for small arrays a tenth of the cost of numpy.median."""
    return float(np.partition(values, len(values) // 2)[len(values) // 2])


def noise_of(slope: F32) -> float:
    """Return the slope that noise alone causes: most segments of a picture have no edge."""
    flat = slope.ravel()
    return float(np.partition(flat, len(flat) * 3 // 10)[len(flat) * 3 // 10])


def edges_in(slope: F32) -> Bools:
    """Return which segments (STRIPS, n) have an edge that is clearly steeper than noise."""
    return np.asarray(slope >= max(LEAST_STEP, OVER_NOISE * noise_of(slope)))


def _is_other(now: F32, mean: F32) -> bool:
    return bool(cv2.absdiff(now, mean).mean() > OTHER_PICTURE)


def _high(values: F32) -> float:
    flat = values.ravel()
    return float(np.partition(flat, len(flat) * 4 // 5)[len(flat) * 4 // 5])


def _of_segments(values: Numbers) -> F32:
    """Return the value in the middle of each whole segment (STRIPS, n)."""
    whole = (values.shape[1] + 1) // SEGMENT_PX * SEGMENT_PX  # steps are one fewer than pixels
    return np.ascontiguousarray(values[:, SEGMENT_PX // 2 : whole : SEGMENT_PX], np.float32)

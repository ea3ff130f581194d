"""What one fixed camera sees when nobody is there, learned while it watches, and where its picture differs.

A block is learned by the temporal median of nine samples, taken only while nothing moved there and no box touched
it lately (median of frames as background: Lo & Velastin 2001; Cucchiara et al. 2003). It is unknown until six
samples agree. Samples lie half a second apart when a camera starts and a quarter of a minute later on, so what is
known was so for seconds at first and for minutes in the end. Without a detector that has shown that it sees people
here, a minute lies between any two: then this is the only evidence there is.

A known block that differs is foreground. If nothing moves in it and no box touches it for RELEARN_S it is learned
anew: somebody whom the detector never sees, and who keeps wholly still for that long, is taken for furniture.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F64, Bools, frozen
from passerby.pixels.frame import U8, RawFrame
from passerby.pixels.grid import CELLS, Grid, grown
from passerby.pixels.samples import Samples

AGREED_SAMPLES = 6
# Differences of one colour channel between cells, which are means of several pixels: of 255, and at least so many
# standard deviations of the picture's own noise, of which pictures that are small or taken at night have more.
DIFFERS, MOVES, NOISE_SDS = 18.0, 14.0, 5.0
# The middle of the absolute differences of two Gaussian samples, in standard deviations of the difference.
MEDIAN_OF_NORMAL = 0.6745
# How long a block must have been free of motion, and of boxes, before a sample is taken there.
STILL_S, FREE_S = 1.0, 3.0
RELEARN_S = 600.0
# Samples lie this share of the camera's age apart, within these limits.
PACE, SOONEST_S, LATEST_S, BLIND_S = 1 / 15, 0.5, 15.0, 60.0
REFERENCE_S = 0.4
BREAK_S = 30.0
# A camera that moved: this share of the known blocks differs for that long while the picture is sharp.
MOVED_SHARE, MOVED_S, SHARP = 0.6, 60.0, 0.5
GAIN_LIMITS = (0.5, 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Foreground:
    """Where one frame differs from the learned background.

    known, differs: bool (rows, columns), a block each; a block that is not known does not differ.
    cells: uint8 (4 * rows, 4 * columns), 255 where a cell of a known block differs, else 0.
    """

    grid: Grid
    known: Bools
    differs: Bools
    cells: U8

    def __post_init__(self) -> None:
        shape = self.grid.rows, self.grid.columns
        object.__setattr__(self, "known", frozen("known", self.known, "bool", shape))
        object.__setattr__(self, "differs", frozen("differs", self.differs, "bool", shape))
        object.__setattr__(self, "cells", frozen("cells", self.cells, "uint8", self.grid.small_wh[::-1]))

    @property
    def empty(self) -> Bools:
        """Blocks that look as they did while nobody was there."""
        return self.known & ~self.differs

    def without(self, blocks: Bools) -> Foreground:
        """Return the same as if nothing were known of `blocks`."""
        if not (blocks & self.known).any():
            return self
        cells = np.where(self.grid.spread(blocks, self.grid.small_wh) > 0, np.uint8(0), self.cells)
        return Foreground(self.grid, self.known & ~blocks, self.differs & ~blocks, cells)


class Background:
    """The memory of one camera; every analysed frame goes through `step`, in the order of time.

    shown_wh: size of `picture`, the learned background as it may be shown.
    """

    def __init__(self, grid: Grid, shown_wh: tuple[int, int]) -> None:
        self.grid = grid
        self._small, self._shown = Samples(grid, grid.small_wh), Samples(grid, shown_wh)
        self._now_s: float | None = None
        self._start(0.0)

    @property
    def picture(self) -> U8:
        """The median, uint8 (H, W, 3) of `shown_wh`; of no meaning where a block is not known."""
        return self._shown.median

    def step(self, frame: RawFrame, touched: Bools, trusted: bool) -> Foreground:
        """Compare one frame with what is known, and learn from it where it is quiet.

        touched: blocks (rows, columns) that boxes of this frame touch. trusted: the detector has seen people here.
        """
        now_s = frame.at.s
        small = self.grid.small(frame.bgr)
        self._watch(small, touched, now_s)
        self._trust(trusted, now_s)
        seen = self._compare(small)
        if self._has_moved(seen, small, touched, now_s):
            self._start(now_s)
            seen = self._compare(small)
        if now_s >= self._sample_s:
            self._learn(frame.bgr, small, seen, now_s)
        return seen

    @property
    def _differs(self) -> float:
        return max(DIFFERS, NOISE_SDS * self._noise_sd)

    def forget(self, blocks: Bools) -> None:
        """Know nothing of `blocks` any more: somebody may be in what was learned there."""
        self._small.forget(blocks)
        self._shown.forget(blocks)
        self._known &= ~blocks

    def _start(self, now_s: float) -> None:
        everywhere = np.ones((self.grid.rows, self.grid.columns), bool)
        self._known = ~everywhere
        self.forget(everywhere)
        self._began_s, self._trusted, self._sample_s = now_s, False, now_s
        self._moved_s: F64 = np.full(everywhere.shape, now_s)
        self._touched_s: F64 = np.full(everywhere.shape, -np.inf)
        self._differs_s: float | None = None
        self._references: list[tuple[float, U8]] = []
        self._lit, self._light_s = self._small.median, -np.inf
        self._noise_sd = 0.0

    def _watch(self, small: U8, touched: Bools, now_s: float) -> None:
        """Note what moves and what is touched; after a break nobody knows what moved."""
        if self._now_s is None or not 0 <= now_s - self._now_s <= BREAK_S:
            self._moved_s[:] = now_s
            self._touched_s = np.minimum(self._touched_s, now_s)
            self._sample_s = min(self._sample_s, now_s + LATEST_S)
            self._references, self._light_s = [], now_s
        self._now_s = now_s
        for _, reference in self._references:
            self._measure_noise(small, reference)
            moving = self.grid.any_of(_far(small, reference, max(MOVES, NOISE_SDS * self._noise_sd)))
            self._moved_s[grown(moving, 1)] = now_s
        if not self._references or now_s - self._references[-1][0] >= REFERENCE_S:
            self._references = [*self._references[-1:], (now_s, small)]
        self._touched_s[grown(touched, 1)] = now_s

    def _measure_noise(self, small: U8, reference: U8) -> None:
        """Note by how much two pictures differ where nothing moved, which is most of them."""
        apart = cv2.absdiff(small[2::4, 2::4, 1], reference[2::4, 2::4, 1])
        sd = (float(np.median(apart)) + 0.25) / MEDIAN_OF_NORMAL
        self._noise_sd = sd if self._noise_sd == 0 else 0.95 * self._noise_sd + 0.05 * min(sd, 2 * self._noise_sd)

    def _trust(self, trusted: bool, now_s: float) -> None:
        if trusted and not self._trusted:
            self._trusted, self._began_s, self._sample_s = True, now_s, now_s

    def _compare(self, small: U8) -> Foreground:
        cells: U8 = np.zeros(small.shape[:2], np.uint8)
        if self._known.any():
            known = self.grid.spread(self._known, self.grid.small_wh)
            other = _far(small, self._learned(small), self._differs)
            cells = np.asarray(cv2.bitwise_and(other, known), np.uint8)
        return Foreground(self.grid, self._known.copy(), self.grid.any_of(cells), cells)

    def _learned(self, small: U8) -> U8:
        """Return the learned small picture under the light of now, as most of what is known shows it."""
        assert self._now_s is not None
        if self._now_s >= self._light_s:
            self._light_s = self._now_s + REFERENCE_S
            now, learned = small[2::4, 2::4][self._known], self._small.median[2::4, 2::4][self._known]
            gain = np.median((now + 8.0) / (learned + 8.0), axis=0).clip(*GAIN_LIMITS)
            gain[np.abs(gain - 1) < 0.02] = 1.0  # an unchanged light must not cost a rounding
            bands = zip(cv2.split(self._small.median), gain.tolist(), strict=True)
            self._lit = np.asarray(cv2.merge([cv2.convertScaleAbs(band, alpha=k) for band, k in bands]), np.uint8)
        return self._lit

    def _has_moved(self, seen: Foreground, small: U8, touched: Bools, now_s: float) -> bool:
        """Return whether most of what is known has differed for long, in a picture as sharp as it was."""
        free = self._known & ~touched
        is_other = free.mean() > 0.2 and seen.differs[free].mean() >= MOVED_SHARE
        if not is_other or _detail(small) < SHARP * _detail(self._small.median):
            self._differs_s = None
            return False
        self._differs_s = now_s if self._differs_s is None else self._differs_s
        return now_s - self._differs_s >= MOVED_S

    def _learn(self, bgr: U8, small: U8, seen: Foreground, now_s: float) -> None:
        """Take a sample of every quiet block; one that has long been otherwise starts anew."""
        pace_s = min(max((now_s - self._began_s) * PACE, SOONEST_S), LATEST_S) if self._trusted else BLIND_S
        self._sample_s = now_s + pace_s
        quiet_s = now_s - np.maximum(self._moved_s, self._touched_s)
        self.forget(seen.differs & (quiet_s >= RELEARN_S))
        quiet = (now_s - self._moved_s >= STILL_S) & (now_s - self._touched_s >= FREE_S)
        quiet &= ~(self._known & seen.differs)
        # What is being learned and looks otherwise than before starts anew as well: samples must agree.
        begun = quiet & ~self._known & (self._small.count > 0)
        self.forget(begun & self.grid.any_of(_far(small, self._small.median, self._differs)))
        if quiet.any():
            self._small.put(quiet, small)
            shown = cv2.resize(bgr, self._shown.wh, interpolation=_how(bgr, self._shown.wh))
            self._shown.put(quiet, np.asarray(shown, np.uint8))
            self._known |= quiet & (self._small.count >= AGREED_SAMPLES)
            self._light_s = now_s


def _far(one: U8, other: U8, limit: float) -> U8:
    """Return where any channel is further apart than `limit`: uint8 (h, w), 255 or 0."""
    apart = cv2.absdiff(one, other)
    b, g, r = cv2.split(apart)
    return np.asarray(cv2.threshold(cv2.max(cv2.max(b, g), r), limit, 255, cv2.THRESH_BINARY)[1], np.uint8)


def _detail(small: U8) -> float:
    """Return how much detail a picture has: the mean step between blocks, in which noise is averaged out."""
    size = max(1, small.shape[1] // CELLS), max(1, small.shape[0] // CELLS)
    blocks = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.int16)
    return float(np.abs(np.diff(blocks, axis=1)).mean()) if size[0] > 1 else 0.0


def _how(bgr: U8, wh: tuple[int, int]) -> int:
    """Return the interpolation: averaging areas costs more and only shows below half the size."""
    return cv2.INTER_LINEAR if 2 * wh[0] >= bgr.shape[1] else cv2.INTER_AREA

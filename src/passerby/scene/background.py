"""What one fixed camera sees when nobody is there, learned while it watches, and where its picture differs.

A block is learned by the temporal median of nine samples, taken only while nothing moved there and no box touched
it lately (median of frames as background: Lo & Velastin 2001; Cucchiara et al. 2003). It is unknown until six
samples agree. Samples lie half a second apart when a camera starts and a quarter of a minute later on, so what is
known was so for seconds at first and for minutes in the end. Without a detector that has shown that it sees people
here, a minute lies between any two: then this is the only evidence there is.

A known block that differs is foreground. If nothing moves in it and no box touches it for RELEARN_S it is learned
anew: somebody whom the detector never sees, and who keeps wholly still for that long, is taken for furniture.
Low-confidence detections that lie on what never stirs do not count for ever: low_confidence.py.
"""

from __future__ import annotations

import cv2
import numpy as np

from passerby.contracts.arrays import F32, F64, Bools
from passerby.pixels.foreground import Foreground
from passerby.pixels.frame import U8, RawFrame
from passerby.pixels.grid import CELLS, Grid, far
from passerby.pixels.look import ONLY_THE_BACKGROUND, LearnedPicture
from passerby.scene.low_confidence import LowConfidence
from passerby.scene.samples import Samples
from passerby.scene.stillness import REFERENCE_S, Stillness

AGREED_SAMPLES = 6
# A cell that is so far from what was learned in one colour channel, of 255, and from the picture's noise, differs.
DIFFERS = 18.0
RELEARN_S = 600.0
# Samples lie this share of the camera's age apart, within these limits.
PACE, SOONEST_S, LATEST_S, BLIND_S = 1 / 15, 0.5, 15.0, 60.0
# A camera that moved: this share of the known blocks differs for that long while the picture is sharp.
MOVED_SHARE, MOVED_S, SHARP = 0.6, 60.0, 0.5
GAIN_LIMITS = (0.5, 2.0)


class Background:
    """The memory of one camera; every analysed frame goes through `step`, in the order of time.

    shown_wh: size of `picture`, the learned background as it may be shown.
    """

    def __init__(self, grid: Grid, shown_wh: tuple[int, int]) -> None:
        self.grid = grid
        self._small, self._shown = Samples(grid, grid.small_wh), Samples(grid, shown_wh)
        self._stillness, self._low_confidence = Stillness(grid), LowConfidence(grid)
        self._sample_s = self._now_s = 0.0
        self._start(0.0)

    @property
    def picture(self) -> LearnedPicture:
        """The median in the size `shown_wh`."""
        return LearnedPicture(self._shown.median, made_by=ONLY_THE_BACKGROUND)

    @property
    def settled(self) -> Bools:
        """Blocks that are known although low-confidence detections lie in them: what they are on never stirs."""
        return self._low_confidence.settled & self._known

    def step(self, frame: RawFrame, scores: F32, trusted: bool) -> Foreground:
        """Compare one frame with what is known, and learn from it where it is quiet.

        scores: of the strongest box of this frame that touches each block (rows, columns), 0 without any.
        trusted: the detector has seen people here.
        """
        now_s = frame.at.s
        small = self.grid.small(frame.bgr)
        self._now_s = now_s
        if self._stillness.step(small, scores, now_s):
            self._sample_s, self._light_s = min(self._sample_s, now_s + LATEST_S), now_s
            self._low_confidence.reset(~self._known, now_s)
        self._low_confidence.step(small, scores, self._stillness, self._known, now_s)
        self._trust(trusted, now_s)
        seen = self._compare(small, now_s)
        if self._has_moved(seen, small, scores > 0, now_s):
            self._start(now_s)
            seen = self._compare(small, now_s)
        if now_s >= self._sample_s:
            self._learn(frame.bgr, small, seen, now_s)
        return seen

    @property
    def _differs(self) -> float:
        return self._stillness.beyond_noise(DIFFERS)

    def reset(self, blocks: Bools) -> None:
        """Know nothing of `blocks` any more: somebody may be in what was learned there."""
        self._small.reset(blocks)
        self._shown.reset(blocks)
        self._low_confidence.reset(blocks, self._now_s)
        self._known &= ~blocks

    def _start(self, now_s: float) -> None:
        everywhere = np.ones((self.grid.rows, self.grid.columns), bool)
        self._known = ~everywhere
        self._stillness.start(now_s)
        self.reset(everywhere)
        self._began_s, self._trusted, self._sample_s = now_s, False, now_s
        self._differs_s: float | None = None
        self._lit, self._light_s = self._small.median, -np.inf

    def _trust(self, trusted: bool, now_s: float) -> None:
        if trusted and not self._trusted:
            self._trusted, self._began_s, self._sample_s = True, now_s, now_s

    def _compare(self, small: U8, now_s: float) -> Foreground:
        cells: U8 = np.zeros(small.shape[:2], np.uint8)
        if self._known.any():
            known = self.grid.spread(self._known, self.grid.small_wh)
            other = far(small, self._learned(small, now_s), self._differs)
            cells = np.asarray(cv2.bitwise_and(other, known), np.uint8)
        return Foreground(self.grid, self._known.copy(), self.grid.any_of(cells), cells)

    def _learned(self, small: U8, now_s: float) -> U8:
        """Return the learned small picture under the light of now, as most of what is known shows it."""
        if now_s >= self._light_s:
            self._light_s = now_s + REFERENCE_S
            median, known = self._small.median, self._known[::2, ::2]
            known = known if known.any() else self._known
            step = 2 * CELLS if known is not self._known else CELLS
            now, learned = small[2::step, 2::step][known], median[2::step, 2::step][known]
            gain = np.median((now + 8.0) / (learned + 8.0), axis=0).clip(*GAIN_LIMITS)
            gain[np.abs(gain - 1) < 0.02] = 1.0  # an unchanged light must not cost a rounding
            self._lit = median if (gain == 1).all() else _under(median, gain)
        return self._lit

    def _has_moved(self, seen: Foreground, small: U8, touched: Bools, now_s: float) -> bool:
        """Return whether most of what is known has differed for long, in a picture as sharp as it was."""
        free = self._known & ~touched
        known, other = (int(np.count_nonzero(blocks)) for blocks in (free, free & seen.differs))
        is_other = known > 0.2 * free.size and other >= MOVED_SHARE * known
        if not is_other or _detail(small) < SHARP * _detail(self._small.median):
            self._differs_s = None
            return False
        self._differs_s = now_s if self._differs_s is None else self._differs_s
        return now_s - self._differs_s >= MOVED_S

    def _learn(self, bgr: U8, small: U8, seen: Foreground, now_s: float) -> None:
        """Take a sample of every quiet block; one that has long been otherwise starts anew."""
        pace_s = min(max((now_s - self._began_s) * PACE, SOONEST_S), LATEST_S) if self._trusted else BLIND_S
        self._sample_s = now_s + pace_s
        self.reset(seen.differs & (self._stillness.quiet_s() >= RELEARN_S))
        quiet = self._stillness.is_still() & (
            self._stillness.is_free() | self._low_confidence.may_be_learned(now_s)
        )
        quiet &= ~(self._known & seen.differs)
        # What is being learned and looks otherwise than before starts anew as well: samples must agree.
        begun = quiet & ~self._known & (self._small.count > 0)
        self.reset(begun & self.grid.any_of(far(small, self._small.median, self._differs)))
        if quiet.any():
            self._small.put(quiet, small)
            shown = cv2.resize(bgr, self._shown.wh, interpolation=_how(bgr, self._shown.wh))
            self._shown.put(quiet, np.asarray(shown, np.uint8))
            self._known |= quiet & (self._small.count >= AGREED_SAMPLES)
            self._light_s = now_s


def _under(picture: U8, gain: F64) -> U8:
    """Return the picture with each of its channels made brighter by its `gain` (3,)."""
    bands = zip(cv2.split(picture), gain.tolist(), strict=True)
    return np.asarray(cv2.merge([cv2.convertScaleAbs(band, alpha=k) for band, k in bands]), np.uint8)


def _detail(small: U8) -> float:
    """Return how much detail a picture has: the mean step between blocks, in which noise is averaged out."""
    size = max(1, small.shape[1] // CELLS), max(1, small.shape[0] // CELLS)
    blocks = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.int16)
    return float(np.abs(np.diff(blocks, axis=1)).mean()) if size[0] > 1 else 0.0


def _how(bgr: U8, wh: tuple[int, int]) -> int:
    """Return the interpolation: averaging areas costs more and only shows below half the size."""
    return cv2.INTER_LINEAR if 2 * wh[0] >= bgr.shape[1] else cv2.INTER_AREA

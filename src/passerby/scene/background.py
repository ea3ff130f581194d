"""The learned background of one fixed camera: its picture without people, and the differences of each frame.

A block is learned by the temporal median of nine samples, taken only while nothing moved there and no box touched
it recently (median of frames as background: Lo & Velastin 2001; Cucchiara et al. 2003). It is unknown until six
samples agree. Samples are half a second apart when a camera starts and a quarter of a minute later, so a known
block was constant for seconds at first and for minutes later. Until the detector has tracked a person in this
picture, samples are one minute apart: the background is then the only evidence.

A known block that differs is foreground. If nothing moves in it and no box touches it for RELEARN_S it is learned
again: a person whom the detector never finds, and who keeps completely still for that long, becomes background.
Low-confidence detections on things that never move do not count without limit: low_confidence.py.
"""

from __future__ import annotations

import cv2
import numpy as np

from passerby.contracts.arrays import F32, Bools
from passerby.pixels.foreground import Foreground
from passerby.pixels.frame import U8, RawFrame
from passerby.pixels.grid import CELLS, Grid, far
from passerby.pixels.look import ONLY_THE_BACKGROUND, LearnedPicture
from passerby.scene.compare import DIFFERS, foreground, in_light
from passerby.scene.low_confidence import LowConfidence
from passerby.scene.samples import Samples
from passerby.scene.stillness import REFERENCE_S, Stillness

# Chosen by judgement; not varied in a measurement. Until a person was tracked, six samples take six minutes
# (decision 0006).
AGREED_SAMPLES = 6
# Chosen by judgement (decision 0006): a person who keeps still for this long is learned. Not varied in a
# measurement.
RELEARN_S = 600.0
# Samples are this fraction of the camera's age apart, within these limits, seconds; BLIND_S until a person was
# tracked. Chosen: a new camera is visible after seconds, and later a block was constant for two minutes (decision
# 0006, which measures the faces that are shown). Other values were not measured.
PACE, SOONEST_S, LATEST_S, BLIND_S = 1 / 15, 0.5, 15.0, 60.0
# Newly learned blocks become known at most this often, and the shown picture of known blocks follows their samples
# this often, seconds. Chosen: a median of the shown picture takes as long as the network, and a recording of a
# picture that changes everywhere takes several times as long to encode (decision 0023).
PUBLISH_S, REFRESH_S = 2.0, 60.0
# A moved camera: this fraction of the known blocks differs for this long while the picture is sharp (decision
# 0006). Chosen by judgement; not varied in a measurement.
MOVED_SHARE, MOVED_S, SHARP = 0.6, 60.0, 0.5


class Background:
    """The background of one camera; every analysed frame passes through `step`, in time order.

    shown_wh: size of `picture`, the background as it may be shown.
    """

    def __init__(self, grid: Grid, shown_wh: tuple[int, int]) -> None:
        self.grid = grid
        self._small, self._shown = Samples(grid, grid.small_wh), Samples(grid, shown_wh)
        self._stillness, self._low_confidence = Stillness(grid), LowConfidence(grid)
        self._sample_s = self._now_s = 0.0
        self._start(0.0)

    @property
    def picture(self) -> LearnedPicture:
        """The median in the size `shown_wh`, as of the last time that it was published."""
        return self._picture

    @property
    def settled(self) -> Bools:
        """Blocks that are known although low-confidence detections lie in them: nothing moves there."""
        return self._low_confidence.settled & self._known

    @property
    def still(self) -> Bools:
        """Blocks in which nothing has moved for long enough to be learned."""
        return self._stillness.is_still()

    @property
    def free(self) -> Bools:
        """Blocks in which no box that counts has lain for long enough to be learned."""
        return self._stillness.is_free() | self.settled

    def step(self, frame: RawFrame, scores: F32, trusted: bool) -> Foreground:
        """Compare one frame with the background, and learn from it where nothing moves.

        scores: highest score of this frame's boxes that touch each block (rows, columns), 0 without any.
        trusted: the detector has tracked people here.
        """
        now_s = frame.at.s
        small = self.grid.small(frame)
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
            self._learn(frame, small, seen, now_s)
            self._publish(now_s)
        return seen

    @property
    def _differs(self) -> float:
        return self._stillness.beyond_noise(DIFFERS)

    def reset(self, blocks: Bools) -> None:
        """Reset `blocks`: a person may be in the learned background there."""
        self._small.reset(blocks)
        self._shown.reset(blocks)
        self._low_confidence.reset(blocks, self._now_s)
        self._known &= ~blocks
        self._ready &= ~blocks

    def _start(self, now_s: float) -> None:
        everywhere = np.ones((self.grid.rows, self.grid.columns), bool)
        self._known, self._ready = ~everywhere, ~everywhere
        self._picture = LearnedPicture(self._shown.median, made_by=ONLY_THE_BACKGROUND)
        self._published_s = self._refreshed_s = -np.inf
        self._stillness.start(now_s)
        self.reset(everywhere)
        self._began_s, self._trusted, self._sample_s = now_s, False, now_s
        self._differs_s: float | None = None
        self._lit, self._light_s = self._small.median, -np.inf

    def _trust(self, trusted: bool, now_s: float) -> None:
        if trusted and not self._trusted:
            self._trusted, self._began_s, self._sample_s = True, now_s, now_s

    def _compare(self, small: U8, now_s: float) -> Foreground:
        if self._known.any() and now_s >= self._light_s:
            self._light_s = now_s + REFERENCE_S
            self._lit = in_light(self._small.median, small, self._known)
        return foreground(self.grid, small, self._lit, self._known, self._differs)

    def _has_moved(self, seen: Foreground, small: U8, touched: Bools, now_s: float) -> bool:
        """Return whether most of the known blocks have differed for long, in an equally sharp picture."""
        free = self._known & ~touched
        known, other = (int(np.count_nonzero(blocks)) for blocks in (free, free & seen.differs))
        is_other = known > 0.2 * free.size and other >= MOVED_SHARE * known
        if not is_other or _detail(small) < SHARP * _detail(self._small.median):
            self._differs_s = None
            return False
        self._differs_s = now_s if self._differs_s is None else self._differs_s
        return now_s - self._differs_s >= MOVED_S

    def _learn(self, frame: RawFrame, small: U8, seen: Foreground, now_s: float) -> None:
        """Take a sample of every quiet block; a block that has differed for long is reset."""
        pace_s = min(max((now_s - self._began_s) * PACE, SOONEST_S), LATEST_S) if self._trusted else BLIND_S
        self._sample_s = now_s + pace_s
        self.reset(seen.differs & (self._stillness.quiet_s() >= RELEARN_S))
        quiet = self._stillness.is_still() & (
            self._stillness.is_free() | self._low_confidence.may_be_learned(now_s)
        )
        quiet &= ~(self._known & seen.differs)
        # A block that is being learned and changes is reset as well: samples must agree.
        begun = quiet & ~self._known & (self._small.count > 0)
        self.reset(begun & self.grid.any_of(far(small, self._small.median, self._differs)))
        if quiet.any():
            self._small.put(quiet, small)
            self._shown.put(quiet, _shown(frame, self._shown.wh))
            self._ready |= quiet & (self._small.count >= AGREED_SAMPLES)
            self._light_s = now_s

    def _publish(self, now_s: float) -> None:
        """Make learned blocks known together with their picture, and let the picture of known blocks follow."""
        is_stale = now_s - self._refreshed_s >= REFRESH_S
        new = self._ready if is_stale else self._ready & ~self._known
        if not new.any() or now_s - self._published_s < PUBLISH_S:
            return
        picture = self._picture.bgr.copy()
        cv2.copyTo(self._shown.median, self.grid.spread(new, self._shown.wh), picture)
        self._picture, self._published_s = LearnedPicture(picture, made_by=ONLY_THE_BACKGROUND), now_s
        self._refreshed_s = now_s if is_stale else self._refreshed_s
        self._known |= new


def _detail(small: U8) -> float:
    """Return the detail of a picture: the mean step between blocks, in which noise is averaged out."""
    size = max(1, small.shape[1] // CELLS), max(1, small.shape[0] // CELLS)
    blocks = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.int16)
    return float(np.abs(np.diff(blocks, axis=1)).mean()) if size[0] > 1 else 0.0


def _shown(frame: RawFrame, wh: tuple[int, int]) -> U8:
    """Return the frame in the shown size: averaging takes more time and is visible only below half the size."""
    return frame.sized(wh) if 2 * wh[0] >= frame.wh[0] else frame.averaged(wh)

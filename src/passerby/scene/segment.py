"""Learns the background of a segment of a recording from all of its frames, before any of them is drawn.

A sample of a block counts if nothing moved there and no box of any score touched it, neither shortly before nor
shortly after. Samples that agree are one appearance of the block. A block is known if one appearance has enough
samples and nearly all of the sampled time: a block with two appearances, such as a seat that was taken for a part
of the time, stays unknown. So does a block that looked the same while a box lay there, because the person in the
box may be its appearance.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F64, Bools
from passerby.pixels.frame import U8, RawFrame
from passerby.pixels.grid import Grid, Spans, far
from passerby.scene.background import AGREED_SAMPLES, BLIND_S, PACE, SOONEST_S
from passerby.scene.compare import DIFFERS, in_light, looks_empty
from passerby.scene.known import Segment
from passerby.scene.samples import Samples
from passerby.scene.scene_boxes import SceneBoxes
from passerby.scene.stillness import FREE_S, STILL_S, Stillness

# Time without a box on each side of a sample, seconds: together as long as the time before a sample of a camera.
ASIDE_S = FREE_S / 4
# Longest time between two samples, seconds. Chosen: the places of a busy recording are free for a short time only.
SLOWEST_S = 5.0
# Part of a block's sampled time that its appearance must have. Chosen: fail-closed; a person who sits for a fifth
# of the time is covered, litter that lies there for a tenth does not matter.
AGREED_SHARE = 0.8
# Without a tracked person, an appearance must last for as long as six samples of a camera take (decision 0006).
BLIND_SPAN_S = (AGREED_SAMPLES - 1) * BLIND_S
# Most moments that are compared with the background at the end; beyond it, every second one is dropped.
MOST_CHECKS = 64


@dataclass(frozen=True, slots=True, eq=False)
class _Moment:
    """A possible sample. weight_s: time until the next one."""

    at_s: float
    small: U8
    shown: U8
    weight_s: float


class _Appearance:
    """Samples of blocks that agree. time_s: sampled time of each block; first_s, last_s: of its samples."""

    def __init__(self, grid: Grid, shown_wh: tuple[int, int]) -> None:
        self.small, self.shown = Samples(grid, grid.small_wh), Samples(grid, shown_wh)
        shape = grid.rows, grid.columns
        self.count, self.time_s = np.zeros(shape, np.int64), np.zeros(shape)
        self.first_s, self.last_s = np.full(shape, np.inf), np.full(shape, -np.inf)

    def put(self, blocks: Bools, moment: _Moment) -> None:
        if blocks.any():
            self.small.put(blocks, moment.small)
            self.shown.put(blocks, moment.shown)
            self.count[blocks] += 1
            self.time_s[blocks] += moment.weight_s
            self.first_s[blocks] = np.minimum(self.first_s[blocks], moment.at_s)
            self.last_s[blocks] = moment.at_s


class SegmentLearner:
    """The learner of one segment; every analysed frame passes through `step`, in time order."""

    def __init__(self, grid: Grid, shown_wh: tuple[int, int], from_s: float) -> None:
        self._grid, self._shown_wh, self._from_s = grid, shown_wh, from_s
        self._stillness = Stillness(grid)
        self._stillness.start(from_s)
        self._first, self._second = _Appearance(grid, shown_wh), _Appearance(grid, shown_wh)
        self._other_s: F64 = np.zeros((grid.rows, grid.columns))
        self._waiting: list[_Moment] = []
        self._checks: list[tuple[U8, Spans]] = []
        self._check_every = self._sampled = 0
        self._sample_s, self._trusted = from_s, False

    def step(self, frame: RawFrame, boxes: SceneBoxes, trusted: bool) -> None:
        """Process one frame, with its boxes; trusted: the detector has tracked a person in this segment."""
        now_s, small = frame.at.s, self._grid.small(frame)
        self._trusted |= trusted
        if self._stillness.step(small, boxes.touched, now_s):
            self._waiting.clear()
        while self._waiting and now_s - self._waiting[0].at_s >= ASIDE_S:
            self._judge(self._waiting.pop(0))
        if now_s >= self._sample_s:
            pace_s = min(max((now_s - self._from_s) * PACE, SOONEST_S), SLOWEST_S)
            self._sample_s = now_s + pace_s
            self._waiting.append(_Moment(now_s, small, frame.averaged(self._shown_wh), pace_s))
            self._keep_check(small, boxes.spans[boxes.is_found])

    def finish(self) -> Segment:
        """Return the background; moments that still wait for what comes after them do not count."""
        one, two = self._first, self._second
        is_second = two.time_s > one.time_s
        time_s, count = np.where(is_second, two.time_s, one.time_s), np.where(is_second, two.count, one.count)
        all_s = one.time_s + two.time_s + self._other_s
        known = (count >= AGREED_SAMPLES) & (time_s >= AGREED_SHARE * all_s)
        if not self._trusted:
            span_s = np.where(is_second, two.last_s - two.first_s, one.last_s - one.first_s)
            known &= span_s >= BLIND_SPAN_S
        small = self._chosen(one.small, two.small, is_second)
        known &= ~self._suspect(small, known)
        return Segment(self._from_s, known, small, self._chosen(one.shown, two.shown, is_second))

    def _judge(self, moment: _Moment) -> None:
        """Take a sample of the blocks that were quiet before and after a moment."""
        still = self._stillness.moved_s <= moment.at_s - STILL_S
        quiet = still & (self._stillness.touched_s <= moment.at_s - ASIDE_S)
        for appearance in (self._first, self._second):
            has = appearance.count > 0
            lit = in_light(appearance.small.median, moment.small, has & quiet)
            same = quiet & ~(has & self._grid.any_of(far(moment.small, lit, self._limit)))
            appearance.put(same, moment)
            quiet &= ~same
        self._other_s[quiet] += moment.weight_s

    def _suspect(self, small: U8, known: Bools) -> Bools:
        """Return the blocks of boxes in which nearly nothing differed from the background."""
        suspect: Bools = np.zeros_like(known)
        for seen, spans in self._checks:
            lit = in_light(small, seen, known)
            differs = known & self._grid.any_of(far(seen, lit, self._limit))
            for x0, y0, x1, y1 in spans[looks_empty(known, differs, spans)].tolist():
                suspect[y0:y1, x0:x1] = True
        return suspect

    def _keep_check(self, small: U8, spans: Spans) -> None:
        self._sampled += 1
        if not len(spans) or self._sampled % (1 << self._check_every):
            return
        self._checks.append((small, spans))
        if len(self._checks) > MOST_CHECKS:
            self._checks, self._check_every = self._checks[::2], self._check_every + 1

    def _chosen(self, one: Samples, two: Samples, is_second: Bools) -> U8:
        picture = one.median.copy()
        cv2.copyTo(two.median, self._grid.spread(is_second, one.wh), picture)
        return picture

    @property
    def _limit(self) -> float:
        return self._stillness.beyond_noise(DIFFERS)

"""Backgrounds that were learned from a whole recording, one for each of its segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F32, Bools
from passerby.pixels.foreground import Foreground
from passerby.pixels.frame import U8, RawFrame
from passerby.pixels.grid import Grid
from passerby.pixels.look import ONLY_THE_BACKGROUND, LearnedPicture
from passerby.scene.compare import DIFFERS, foreground, in_light
from passerby.scene.stillness import REFERENCE_S, Stillness


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """The background of a recording from `from_s` on.

    known: bool (rows, columns). small, shown: uint8 (H, W, 3), defined in known blocks.
    """

    from_s: float
    known: Bools
    small: U8
    shown: U8


class KnownBackground:
    """Compares frames, in time order, with the background of their segment; what is not known stays unknown.

    shown_wh: size of `picture`, which each segment's `shown` has. Raises ValueError for another one.
    """

    def __init__(self, grid: Grid, shown_wh: tuple[int, int], segments: Sequence[Segment]) -> None:
        nothing: Bools = np.zeros((grid.rows, grid.columns), bool)
        small, shown = (np.zeros((h, w, 3), np.uint8) for w, h in (grid.small_wh, shown_wh))
        if any(segment.shown.shape != shown.shape for segment in segments):
            raise ValueError(f"the learned backgrounds do not have {shown_wh} px")
        self.grid, self._stillness = grid, Stillness(grid)
        self._coming = sorted(segments, key=lambda segment: segment.from_s)
        self._light_s = -np.inf
        self._begin(Segment(-np.inf, nothing, small, shown))

    @property
    def picture(self) -> LearnedPicture:
        """The background of the present segment."""
        return self._picture

    @property
    def settled(self) -> Bools:
        """Blocks in which low-confidence detections do not count: none."""
        return np.zeros_like(self._known)

    @property
    def still(self) -> Bools:
        """Blocks in which nothing has moved for a moment."""
        return self._stillness.is_still()

    @property
    def free(self) -> Bools:
        """Blocks in which no box has lain for a moment."""
        return self._stillness.is_free()

    def step(self, frame: RawFrame, scores: F32, _trusted: bool) -> Foreground:
        """Compare one frame with the background. See Background.step."""
        now_s = frame.at.s
        while self._coming and self._coming[0].from_s <= now_s:
            self._begin(self._coming.pop(0))
        small = self.grid.small(frame)
        self._stillness.step(small, scores, now_s)
        if now_s >= self._light_s:
            self._light_s, self._lit = now_s + REFERENCE_S, in_light(self._segment.small, small, self._known)
        return foreground(self.grid, small, self._lit, self._known, self._stillness.beyond_noise(DIFFERS))

    def reset(self, blocks: Bools) -> None:
        """Cover `blocks` until the segment ends: a person may be in the learned background there."""
        self._known &= ~blocks

    def _begin(self, segment: Segment) -> None:
        self._segment, self._known = segment, segment.known.copy()
        self._picture = LearnedPicture(segment.shown, made_by=ONLY_THE_BACKGROUND)
        self._lit, self._light_s = segment.small, -np.inf

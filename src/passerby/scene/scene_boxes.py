"""The boxes of one frame in blocks: detections of any score, and tracks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F32, Bools
from passerby.contracts.people import Detections, Tracks
from passerby.pixels.grid import Grid, Spans, with_margin

# Every box counts, at any score. Chosen: any positive number; 0 means that no box touches a block.
LEAST_SCORE = np.float32(1e-6)


@dataclass(frozen=True, slots=True, eq=False)
class SceneBoxes:
    """Boxes (N, 4) of one frame with their scores; a track has the highest.

    spans: the blocks that they and their margin touch. is_found: detected in this frame; a predicted track may be
    at a place without a person. touched: highest score that touches a block (rows, columns), or 0.
    """

    xyxy_px: F32
    score: F32
    spans: Spans
    is_found: Bools
    touched: F32

    @classmethod
    def of(cls, found: Detections, tracks: Tracks, grid: Grid) -> SceneBoxes:
        """Return the boxes of one frame."""
        xyxy_px = np.concatenate([found.xyxy_px, tracks.xyxy_px])
        predicted = np.ones(len(tracks.xyxy_px), np.float32)
        score = np.concatenate([np.nan_to_num(found.score, nan=1.0).clip(LEAST_SCORE), predicted])
        spans = grid.spans(with_margin(xyxy_px, found.frame_wh), found.frame_wh)
        is_found = np.arange(len(score)) < len(found.score)
        return cls(xyxy_px, score, spans, is_found, grid.strongest(spans, score))

    def without(self, rows: Bools, grid: Grid) -> SceneBoxes:
        """Return the same without some `rows` (N,)."""
        if not rows.any():
            return self
        score, spans = self.score[~rows], self.spans[~rows]
        return SceneBoxes(self.xyxy_px[~rows], score, spans, self.is_found[~rows], grid.strongest(spans, score))

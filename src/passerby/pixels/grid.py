"""The blocks a picture is judged by: each a few pixels of the frame, whatever the frame's size."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F32, F64, Bools
from passerby.pixels.frame import U8

# Along the longer side; a block of a 720p picture is 16 pixels wide, less than a face near enough to be known by.
BLOCKS = 80
# Cells of the small picture along a block's side.
CELLS = 4
MARGIN_SHARE, MARGIN_MIN_PX = 0.12, 3.0


@dataclass(frozen=True, slots=True)
class Grid:
    """How many blocks there are across and down."""

    columns: int
    rows: int

    @classmethod
    def of(cls, wh: tuple[int, int]) -> Grid:
        """Return the blocks of a picture of `wh` pixels."""
        across, down = (max(1, round(BLOCKS * side / max(wh))) for side in wh)
        return cls(across, down)

    @property
    def small_wh(self) -> tuple[int, int]:
        """Width and height of the small picture, in cells."""
        return self.columns * CELLS, self.rows * CELLS

    def small(self, bgr: U8) -> U8:
        """Return the frame as the small picture, every cell a mean of the frame's pixels, uint8 (h, w, 3)."""
        w, h = self.small_wh
        half = bgr
        if bgr.shape[1] >= 3 * w and bgr.shape[0] >= 3 * h:  # one step costs seven times as much
            half = np.asarray(cv2.resize(bgr, (2 * w, 2 * h), interpolation=cv2.INTER_LINEAR), np.uint8)
        return np.asarray(cv2.resize(half, (w, h), interpolation=cv2.INTER_AREA), np.uint8)

    def touched(self, xyxy_px: F32, frame_wh: tuple[int, int], margin: float = MARGIN_SHARE) -> Bools:
        """Return the blocks (rows, columns) that boxes (N, 4) with their margin touch."""
        blocks = np.zeros((self.rows, self.columns), bool)
        for x0, y0, x1, y1 in self.spans(with_margin(xyxy_px, frame_wh, margin), frame_wh):
            blocks[y0:y1, x0:x1] = True
        return blocks

    def spans(self, xyxy_px: F64, frame_wh: tuple[int, int]) -> list[list[int]]:
        """Return boxes (N, 4) inside the picture as first and last-but-one column and row, outwards."""
        scale = np.array([self.columns / frame_wh[0], self.rows / frame_wh[1]] * 2)
        scaled = xyxy_px * scale
        spans = np.hstack([np.floor(scaled[:, :2]), np.ceil(scaled[:, 2:])])
        low_high: list[list[int]] = np.clip(spans, 0, [self.columns, self.rows] * 2).astype(int).tolist()
        return low_high

    def any_of(self, mask: U8) -> Bools:
        """Return the blocks in which the small `mask`, 0 or 255, holds in more than one cell: one may be noise."""
        mean = cv2.resize(mask, (self.columns, self.rows), interpolation=cv2.INTER_AREA)
        return np.asarray(mean > 1.5 * 255 / CELLS**2)

    def spread(self, blocks: Bools, wh: tuple[int, int]) -> U8:
        """Return `blocks` as a mask of `wh`, 255 where they hold."""
        mask = blocks.astype(np.uint8) * np.uint8(255)
        return np.asarray(cv2.resize(mask, wh, interpolation=cv2.INTER_NEAREST), np.uint8)


def with_margin(xyxy_px: F32, wh: tuple[int, int], margin: float = MARGIN_SHARE) -> F64:
    """Return boxes (N, 4) with their margin, inside the picture.

    When in doubt more is taken: all of it for a box that is no number, what lies between for an inverted one.
    """
    known = np.isfinite(xyxy_px).all(axis=1, keepdims=True)
    xyxy = np.where(known, xyxy_px, [0, 0, *wh]).astype(np.float64)
    low, high = np.minimum(xyxy[:, :2], xyxy[:, 2:]), np.maximum(xyxy[:, :2], xyxy[:, 2:])
    room = np.maximum(margin * (high - low), MARGIN_MIN_PX)
    grown: F64 = np.clip(np.hstack([np.floor(low - room), np.ceil(high + room)]), 0, [*wh, *wh])
    return grown


def grown(blocks: Bools, by: int) -> Bools:
    """Return `blocks` and those up to `by` blocks beside them."""
    kernel = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
    return np.asarray(cv2.dilate(blocks.astype(np.uint8), kernel) > 0)

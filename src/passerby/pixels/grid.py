"""The blocks of a picture: each a few pixels of the frame, for any size of the frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.contracts.arrays import F32, F64, Bools
from passerby.pixels.frame import U8, RawFrame

Spans = NDArray[np.intp]
"""Rectangles of blocks (N, 4): first column and row, and those after the last."""

# Number along the longer side. Chosen: a block of a 720p picture is 16 pixels wide, less than a recognisable face
# (decision 0006).
BLOCKS = 80
# Cells of the small picture along the side of a block. Chosen by judgement; not varied in a measurement.
CELLS = 4
# Margin of a box on each side: this fraction of its width and height, and at least this many pixels of the frame.
# Chosen by judgement, for the first redactor; not varied in a measurement.
MARGIN_SHARE, MARGIN_MIN_PX = 0.12, 3.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Number of blocks horizontally and vertically."""

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

    def small(self, frame: RawFrame) -> U8:
        """Return the frame as the small picture, every cell a mean of the frame's pixels, uint8 (h, w, 3)."""
        return frame.averaged(self.small_wh)

    def touched(self, xyxy_px: F32, frame_wh: tuple[int, int], margin: float = MARGIN_SHARE) -> Bools:
        """Return the blocks (rows, columns) that boxes (N, 4) with their margin touch."""
        spans = self.spans(with_margin(xyxy_px, frame_wh, margin), frame_wh)
        return self.strongest(spans, np.ones(len(spans), np.float32)) > 0

    def strongest(self, spans: Spans, scores: F32) -> F32:
        """Return for each block (rows, columns) the highest of the `scores` (N,) with a span that contains it, or
        0."""
        blocks = np.zeros((self.rows, self.columns), np.float32)
        order = np.argsort(scores, kind="stable")
        for (x0, y0, x1, y1), score in zip(spans[order].tolist(), scores[order].tolist(), strict=True):
            blocks[y0:y1, x0:x1] = score
        return blocks

    def spans(self, xyxy_px: F64, frame_wh: tuple[int, int]) -> Spans:
        """Return the blocks that boxes (N, 4) inside the picture touch."""
        across, down = self.columns / frame_wh[0], self.rows / frame_wh[1]
        scaled = xyxy_px * (across, down, across, down)
        scaled[:, :2] = np.floor(scaled[:, :2])
        scaled[:, 2:] = np.ceil(scaled[:, 2:])
        inside = np.minimum(np.maximum(scaled, 0), (self.columns, self.rows, self.columns, self.rows))
        return inside.astype(np.intp)

    def any_of(self, mask: U8) -> Bools:
        """Return the blocks with more than one set cell of the small `mask` (0 or 255): a single cell may be
        noise."""
        mean = cv2.resize(mask, (self.columns, self.rows), interpolation=cv2.INTER_AREA)
        return np.asarray(mean > 1.5 * 255 / CELLS**2)

    def spread(self, blocks: Bools, wh: tuple[int, int]) -> U8:
        """Return `blocks` as a mask of `wh`, 255 where they are set."""
        across, down = _nearest(self.columns, wh[0]), _nearest(self.rows, wh[1])
        mask = blocks.view(np.uint8) * np.uint8(255)
        return np.asarray(mask.take(across, axis=1).take(down, axis=0))  # a fifth of what cv2.resize costs


@lru_cache(maxsize=64)
def _nearest(blocks: int, pixels: int) -> NDArray[np.intp]:
    """Return the block, of `blocks` along a side, of each pixel."""
    return np.arange(pixels) * blocks // pixels


def with_margin(xyxy_px: F32, wh: tuple[int, int], margin: float = MARGIN_SHARE) -> F64:
    """Return boxes (N, 4) with their margin, inside the picture.

    In doubtful cases the box is larger: the complete picture for a box that is not a number, the area between the
    edges for an inverted one.
    """
    known = np.isfinite(xyxy_px).all(axis=1, keepdims=True)
    xyxy = np.where(known, xyxy_px, [0, 0, *wh]).astype(np.float64)
    low, high = np.minimum(xyxy[:, :2], xyxy[:, 2:]), np.maximum(xyxy[:, :2], xyxy[:, 2:])
    border = np.maximum(margin * (high - low), MARGIN_MIN_PX)
    xyxy[:, :2], xyxy[:, 2:] = np.floor(low - border), np.ceil(high + border)
    return np.minimum(np.maximum(xyxy, 0), (*wh, *wh))


def grown(blocks: Bools, by: int) -> Bools:
    """Return `blocks` and those up to `by` blocks beside them."""
    kernel = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
    return np.asarray(cv2.dilate(blocks.view(np.uint8), kernel).view(bool))


def counted(blocks: Bools, spans: Spans) -> NDArray[np.int32]:
    """Return the number of set `blocks` in each of the `spans`, by an integral image."""
    sums = np.asarray(cv2.integral(blocks.view(np.uint8)), np.int32)
    x0, y0, x1, y1 = spans.T
    return np.asarray(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0], np.int32)


def far(one: U8, other: U8, limit: float) -> U8:
    """Return where any channel of two small pictures differs by more than `limit`: uint8 (h, w), 255 or 0."""
    b, g, r = cv2.split(cv2.absdiff(one, other))
    largest = cv2.max(cv2.max(b, g, dst=b), r, dst=b)
    return np.asarray(cv2.threshold(largest, limit, 255, cv2.THRESH_BINARY, dst=b)[1], np.uint8)

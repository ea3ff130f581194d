"""The temporal median of a few pictures of one camera, with separate samples for each block."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.contracts.arrays import Bools
from passerby.pixels.frame import U8
from passerby.pixels.grid import Grid

# Chosen by judgement; not varied in a measurement. Nine samples at the longest interval cover two minutes
# (decision 0006). `_EXCHANGES` is for nine.
SLOTS = 9
# Exchanges that move the median of nine to place 4: Paeth, Graphics Gems (1990), p. 171.
_EXCHANGES = (
    *((1, 2), (4, 5), (7, 8), (0, 1), (3, 4), (6, 7), (1, 2), (4, 5), (7, 8), (0, 3)),
    *((5, 8), (4, 7), (3, 6), (1, 4), (2, 5), (4, 7), (4, 2), (6, 4), (4, 2)),
)

# Rows that are sorted together. Measured: nine pictures of 960 x 540 take 14.2 ms as a whole and 3.8 ms in strips
# of 32 to 128 rows, which fit into the cache of a core; strips of 8 take 6.3 ms.
_STRIP = 64


def median_of_nine(pictures: list[U8]) -> U8:
    """Return the median of nine pictures of one shape, pixel by pixel and channel by channel."""
    median = np.empty_like(pictures[0])
    for top in range(0, len(median), _STRIP):
        rows = slice(top, top + _STRIP)
        median[rows] = _median_of_strips([picture[rows] for picture in pictures])
    return median


def _median_of_strips(strips: list[U8]) -> U8:
    p = list(strips)
    for low, high in _EXCHANGES:
        p[low], p[high] = (
            np.asarray(cv2.min(p[low], p[high]), np.uint8),
            np.asarray(cv2.max(p[low], p[high]), np.uint8),
        )
    return p[4]


class Samples:
    """Nine slots of pictures of one size; a block's median is that of its valid samples.

    Raises ValueError for another size.
    """

    def __init__(self, grid: Grid, wh: tuple[int, int]) -> None:
        self._grid, self.wh = grid, wh
        self._slots = [np.zeros((wh[1], wh[0], 3), np.uint8) for _ in range(SLOTS)]
        self._filled: NDArray[np.uint16] = np.zeros((grid.rows, grid.columns), np.uint16)
        self._next = 0
        self._median: U8 | None = self._slots[0]

    @property
    def median(self) -> U8:
        """The median, uint8 (H, W, 3), computed at its first use; undefined in blocks without samples."""
        if self._median is None:
            self._median = median_of_nine(self._slots)
        return self._median

    @property
    def count(self) -> NDArray[np.uint8]:
        """Number of samples of each block, 0 to 9."""
        return np.asarray(np.bitwise_count(self._filled), np.uint8)

    def put(self, blocks: Bools, picture: U8) -> None:
        """Add `picture` as a sample of `blocks`, in place of the oldest."""
        if picture.shape != self._slots[0].shape:
            raise ValueError(f"a sample of {picture.shape} does not fit pictures of {self._slots[0].shape}")
        slot, self._next = self._next, (self._next + 1) % SLOTS
        first = self._grid.spread(blocks & (self._filled == 0), self.wh)
        if first.any():
            for old in self._slots:
                cv2.copyTo(picture, first, old)
        cv2.copyTo(picture, self._grid.spread(blocks, self.wh), self._slots[slot])
        self._filled[blocks] |= np.uint16(1 << slot)
        self._median = None

    def reset(self, blocks: Bools) -> None:
        """Reset `blocks`: the next sample replaces all of theirs."""
        self._filled[blocks] = 0

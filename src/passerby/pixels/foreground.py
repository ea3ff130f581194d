"""The differences of a frame from the background, by block and by cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import Bools, frozen
from passerby.pixels.frame import U8
from passerby.pixels.grid import Grid


@dataclass(frozen=True, slots=True, eq=False)
class Foreground:
    """The differences of a frame from the background.

    known, differs: bool (rows, columns), one per block; a block that is not known does not differ.
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
        """Known blocks that equal the background."""
        return self.known & ~self.differs

    def without(self, blocks: Bools) -> Foreground:
        """Return the same with `blocks` unknown."""
        if not (blocks & self.known).any():
            return self
        cells = np.where(self.grid.spread(blocks, self.grid.small_wh) > 0, np.uint8(0), self.cells)
        return Foreground(self.grid, self.known & ~blocks, self.differs & ~blocks, cells)

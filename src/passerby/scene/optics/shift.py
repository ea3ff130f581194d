"""By how much a camera was turned: the shift between its usual view and the present one.

Phase correlation finds it to a fraction of a cell (Kuglin & Hines 1975). It counts only if the shifted reference
explains the picture: a train or a crowd changes much of a picture and shifts nothing.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from passerby.contracts.arrays import F32, Bools
from passerby.scene.optics.blocks import BlockMoments
from passerby.scene.optics.reference import LEAST_CONTRAST
from passerby.scene.optics.sample import BLOCK, WIDTH

# Least shift that counts, cells of WIDTH: 0.4 degrees of a lens of 72 degrees. Chosen: noise shifts a view by a
# tenth of it.
LEAST_CELLS = 0.8
# With the shift, the blocks must correlate by this much on average, and lack at most this fraction of what they
# lack without it. Chosen by judgement.
CORRELATED, LEFT = 0.3, 0.7
# Fewer blocks prove nothing. Chosen by judgement.
FEWEST_BLOCKS = 12


def shift_of(usual: F32, grey: F32, usable: Bools) -> tuple[float, float] | None:
    """Return the shift (x, y) from the usual view to this, as fractions of the picture's width; None without one.

    usable: blocks that can be compared.
    """
    window = cv2.createHanningWindow((usual.shape[1], usual.shape[0]), cv2.CV_32F)
    # Copies: it applies the window to its arguments.
    (x, y), _ = cv2.phaseCorrelate(usual.copy(), grey.copy(), window)
    if not math.hypot(x, y) >= LEAST_CELLS or max(abs(x), abs(y)) > WIDTH / 2:
        return None
    return (x / WIDTH, y / WIDTH) if _explains(usual, grey, (x, y), usable) else None


def _explains(usual: F32, grey: F32, by: tuple[float, float], usable: Bools) -> bool:
    """Return whether the shifted usual view resembles this one clearly better than the usual view does."""
    moved = cv2.warpAffine(usual, np.array([[1, 0, by[0]], [0, 1, by[1]]]), usual.shape[::-1])
    now, was, shifted = BlockMoments(grey), BlockMoments(usual), BlockMoments(np.asarray(moved, np.float32))
    seen = _inside(usable, by) & (shifted.variance >= LEAST_CONTRAST**2)
    if np.count_nonzero(seen) < FEWEST_BLOCKS:
        return False
    before, after = (float(now.correlation(view)[seen].mean()) for view in (was, shifted))
    return after >= CORRELATED and 1 - after <= LEFT * (1 - before)


def _inside(usable: Bools, by: tuple[float, float]) -> Bools:
    """Return the blocks (rows, columns) that the shifted view still covers, and that can be compared."""
    rows, columns = usable.shape
    x, y = ((np.arange(n) + 0.5) * BLOCK - step for n, step in ((columns, by[0]), (rows, by[1])))
    inside = ((y > 0) & (y < rows * BLOCK))[:, None] & ((x > 0) & (x < columns * BLOCK))[None]
    return np.asarray(inside)

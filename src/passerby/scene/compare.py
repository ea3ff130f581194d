"""Compares a frame with a learned background, in the present light."""

from __future__ import annotations

import cv2
import numpy as np

from passerby.contracts.arrays import F64, Bools
from passerby.pixels.foreground import Foreground
from passerby.pixels.frame import U8
from passerby.pixels.grid import CELLS, Grid, Spans, counted, far

# A cell differs if one colour channel, of 255, is this far from the background, and from the picture's noise.
# Chosen by judgement. Measured with it: no face was shown, and noise, motion and differences cover less than 0.1 %
# of an empty place (decision 0006, benchmarks/redaction.py). Other values were not measured.
DIFFERS = 18.0
# Changes of brightness that are divided out; beyond them the picture stays covered (decision 0006). Chosen by
# judgement; not varied in a measurement.
GAIN_LIMITS = (0.5, 2.0)
# If less than this fraction of the known blocks of a box differs, it may be a person who was learned (decision
# 0006). Chosen by judgement; not varied in a measurement.
LEARNED_SHARE = 0.1


def foreground(grid: Grid, small: U8, learned: U8, known: Bools, limit: float) -> Foreground:
    """Return where the small picture differs by more than `limit` from the learned one, in `known` blocks."""
    cells: U8 = np.zeros(small.shape[:2], np.uint8)
    if known.any():
        cells = np.asarray(
            cv2.bitwise_and(far(small, learned, limit), grid.spread(known, grid.small_wh)), np.uint8
        )
    return Foreground(grid, known.copy(), grid.any_of(cells), cells)


def in_light(median: U8, small: U8, known: Bools) -> U8:
    """Return the learned small picture in the light of `small`, as shown by most of the known blocks."""
    some = known[::2, ::2]
    some, step = (some, 2 * CELLS) if some.any() else (known, CELLS)
    if not some.any():
        return median
    now, learned = small[2::step, 2::step][some], median[2::step, 2::step][some]
    gain = np.median((now + 8.0) / (learned + 8.0), axis=0).clip(*GAIN_LIMITS)
    gain[np.abs(gain - 1) < 0.02] = 1.0  # an unchanged light must not cost a rounding
    return median if (gain == 1).all() else _under(median, gain)


def looks_empty(known: Bools, differs: Bools, spans: Spans) -> Bools:
    """Return the boxes (N,), as spans of blocks, in which nearly nothing differs: either the box is wrong, or a
    person is in the background."""
    in_box, other = counted(known, spans), counted(differs, spans)
    return np.asarray((in_box > 0) & (other < LEARNED_SHARE * in_box))


def _under(picture: U8, gain: F64) -> U8:
    """Return the picture with each of its channels multiplied by its `gain` (3,)."""
    bands = zip(cv2.split(picture), gain.tolist(), strict=True)
    return np.asarray(cv2.merge([cv2.convertScaleAbs(band, alpha=k) for band, k in bands]), np.uint8)

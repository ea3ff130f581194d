"""Lens distortion with one parameter, by the division model (Fitzgibbon 2001, CVPR).

A point at distance r from the middle of the picture, in half diagonals, is straightened by dividing r by 1 + bend
* r². Negative values are barrel distortion, as in wide lenses; -0.1 shifts the corners by a tenth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F64

# Largest bend: a stronger distortion is a fisheye lens, which this model does not describe. Chosen by judgement:
# at -0.6 the corner of the picture moves to 2.5 times its distance; the tests fit bends of -0.35 to 0.1. Least
# divisor 1 + bend * r²: chosen by judgement; it limits the distance to 20 times.
MOST_BEND, LEAST_WIDTH = 0.6, 0.05


@dataclass(frozen=True, slots=True)
class Lens:
    """picture_wh: pixels; its middle is assumed to be the lens's. bend: see above."""

    picture_wh: tuple[int, int]
    bend: float

    def straight(self, px: F64) -> F64:
        """Return picture points (N, 2) as with a straight lens; NaN far outside the picture."""
        out = self._outward(px)
        width = 1 + self.bend * _square(out)
        return self._middle() + out * self._half() / np.where(width > LEAST_WIDTH, width, np.nan)[:, None]

    def bent(self, px: F64) -> F64:
        """Return the picture points (N, 2) of points of a straight lens; NaN if it does not show them."""
        out = self._outward(px)
        with np.errstate(invalid="ignore"):
            root = np.sqrt(1 - 4 * self.bend * _square(out))
        return self._middle() + out * self._half() * (2 / (1 + root))[:, None]

    def slopes(self, px: F64) -> F64:
        """Return the derivatives (N, 2, 2) of `straight` by the picture point, at points (N, 2)."""
        out = self._outward(px)
        width = 1 + self.bend * _square(out)
        outer = out[:, :, None] * out[:, None, :]
        return np.asarray(np.eye(2) / width[:, None, None] - 2 * self.bend * outer / (width**2)[:, None, None])

    def _middle(self) -> F64:
        return (np.array(self.picture_wh, np.float64) - 1) / 2

    def _half(self) -> float:
        return float(np.hypot(*self.picture_wh) / 2)

    def _outward(self, px: F64) -> F64:
        return np.asarray((px - self._middle()) / self._half())


def _square(out: F64) -> F64:
    return np.asarray((out**2).sum(axis=1))

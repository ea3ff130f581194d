"""The gradient energy of a place (Tenengrad) without that of noise, for a view with too few edges.

Noise in one picture does not depend on that in another, so the product of the gradients of two pictures contains
none on average. Across an edge the energy grows in proportion to its steepness, so 1 / energy^2 is the parabola of
the focus search.
"""

from __future__ import annotations

import cv2
import numpy as np

from passerby.contracts.arrays import F32, Bools
from passerby.pixels.frame import U8

# The least energy, as a fraction of the squared brightness, because noise may leave less than nothing. Chosen by
# judgement.
LEAST = 1e-4


class GradientEnergy:
    """Two means of the pictures of one measurement: of the first, third, ... and of the others."""

    def __init__(self) -> None:
        self._sums: list[F32] = []
        self._count = 0

    def add(self, bgr: U8) -> None:
        """Add a picture, uint8 (H, W, 3); of another size than before, the measurement starts again."""
        green = bgr[:, :, 1].astype(np.float32)
        if self._sums and self._sums[0].shape != green.shape:
            self._sums, self._count = [], 0
        if self._count < 2:
            self._sums.append(green)
        else:
            cv2.accumulate(green, self._sums[self._count % 2])
        self._count += 1

    def value(self, still: Bools) -> float | None:
        """Return the energy where nothing moves, as a fraction of the squared brightness; it has no unit.

        still: blocks (rows, columns) of the whole picture. None for fewer than two pictures.
        """
        if self._count < 2:
            return None
        first, second = (one / n for one, n in zip(self._sums, self._counts, strict=True))
        product = sum(cv2.Sobel(first, cv2.CV_32F, *way) * cv2.Sobel(second, cv2.CV_32F, *way) for way in _WAYS)
        where = cv2.resize(still.astype(np.uint8), first.shape[::-1], interpolation=cv2.INTER_NEAREST)
        if not where.any():
            where = np.ones_like(where)
        brightness = cv2.mean(first, where)[0]
        return max(LEAST, cv2.mean(np.asarray(product, np.float32), where)[0] / max(1.0, brightness) ** 2)

    @property
    def _counts(self) -> tuple[int, int]:
        return (self._count + 1) // 2, self._count // 2


_WAYS = ((1, 0), (0, 1))

"""The appearance of an empty track bed, and its covered part.

The zone's pixels are averaged to cells; the cells form slices across the track. A cell has changed if it differs
from the learned empty bed by more than its own noise, after the light of the complete picture has been
compensated; a slice is covered if most of its cells have changed. A train covers slice after slice from one end;
people on the track cover a slice or two.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray

from passerby.contracts.arrays import F32, Bools
from passerby.pixels.frame import U8

Corners = Sequence[tuple[float, float]]
# None of the next numbers was varied in a measurement. Decision 0010 has the result with them
# (benchmarks/trains.py).

# Chosen: a person on the track covers a slice or two, a train covers many.
SLICES = 16
# Samples along the zone's longer side, and the number averaged to a cell in each direction. Chosen by
# judgement; they give 166 to 470 cells per zone (decision 0010).
SAMPLES, CELL = 160, 4
# A cell has changed by more than this many grey levels, this fraction of its brightness, and this many mean
# deviations. Chosen by judgement; tests/scene/test_trains.py has changes of light and noise that must not count.
LEAST_GREY, LEAST_SHARE, DEVIATIONS = 10.0, 0.15, 5.0
# Time constants of the bed, seconds: where it is visible, and where something covers it. Chosen by judgement.
FOLLOW_S, FOLLOW_CHANGED_S = 20.0, 300.0


class CellGrid:
    """The cells of a zone in pictures of the size `wh`, and the slice of each."""

    def __init__(self, polygon_px: Corners, wh: tuple[int, int]) -> None:
        x, y = np.array(polygon_px, float).T
        self._x0, self._y0 = max(0, int(x.min())), max(0, int(y.min()))
        self._x1, self._y1 = min(wh[0], int(np.ceil(x.max())) + 1), min(wh[1], int(np.ceil(y.max())) + 1)
        self._step = max(1, round(max(self._x1 - self._x0, self._y1 - self._y0) / SAMPLES))
        samples = self._samples(np.zeros((wh[1], wh[0], 1), np.uint8))
        self._wh = max(1, samples.shape[1] // CELL), max(1, samples.shape[0] // CELL)
        centre_x = self._x0 + (np.arange(self._wh[0]) + 0.5) / self._wh[0] * (self._x1 - self._x0)
        centre_y = self._y0 + (np.arange(self._wh[1]) + 0.5) / self._wh[1] * (self._y1 - self._y0)
        mesh = np.stack(np.meshgrid(centre_x, centre_y), axis=-1)
        self._inside = np.asarray(shapely.contains_xy(shapely.Polygon(polygon_px), mesh[..., 0], mesh[..., 1]))
        if not self._inside.any():
            self._inside[:] = True
        self.slice_of = _slices(mesh[self._inside])
        self.cells_of = np.bincount(self.slice_of, minlength=SLICES)

    def read(self, bgr: U8) -> F32:
        """Return the cells (N, 3) of a picture."""
        samples = np.ascontiguousarray(self._samples(bgr))
        cells = cv2.resize(samples, self._wh, interpolation=cv2.INTER_AREA)
        return np.asarray(cells[self._inside], np.float32)

    def share(self, cells: Bools) -> NDArray[np.float64]:
        """Return the fraction of each slice's cells that is set (SLICES,)."""
        return np.bincount(self.slice_of[cells], minlength=SLICES) / np.maximum(self.cells_of, 1)

    def mean(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean over each slice's cells (SLICES,) of one value per cell (N,)."""
        return np.bincount(self.slice_of, values, minlength=SLICES) / np.maximum(self.cells_of, 1)

    def _samples(self, bgr: U8) -> U8:
        return bgr[self._y0 : self._y1 : self._step, self._x0 : self._x1 : self._step]


def _slices(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the slice of each point (N, 2): equal numbers, in order along the longer axis."""
    centred = points - points.mean(axis=0)
    along = centred @ np.linalg.svd(centred, full_matrices=False)[2][0] if len(points) > 1 else centred[:, 0]
    rank = np.empty(len(points), np.int64)
    rank[np.argsort(along, kind="stable")] = np.arange(len(points))
    return rank * SLICES // len(points)


class Bed:
    """A learned appearance of the cells and the deviation of each."""

    def __init__(self, cells: F32) -> None:
        self._mean, self._waver = cells.copy(), np.full(cells.shape, 1.0, np.float32)
        self._seen_s = 0.0

    def changed(self, cells: F32, gain: float) -> Bools:
        """Return which cells (N,) differ from the bed, in light multiplied by `gain`."""
        level = gain * self._mean
        limit = np.maximum(np.maximum(LEAST_GREY, LEAST_SHARE * level), DEVIATIONS * self._waver)
        return np.asarray((np.abs(cells - level) > limit).any(axis=1))

    def learn(self, cells: F32, gain: float, changed: Bools, dt_s: float) -> None:
        """Update with the picture; first fast, later slowly, and slower still where something covers the bed."""
        self._seen_s += dt_s
        rate = np.where(changed, dt_s / FOLLOW_CHANGED_S, dt_s / min(FOLLOW_S, max(self._seen_s, dt_s, 1e-3)))
        rate = np.clip(rate, 0.0, 0.5).astype(np.float32)[:, None]
        miss = cells / max(gain, 1e-3) - self._mean
        self._mean += rate * miss
        self._waver += rate * (np.abs(miss) - self._waver)


class BrightnessChange:
    """The brightness of the rest of the picture, relative to before.

    jumped: most of the picture changed at once. blind: it is too dark or too bright to show anything.
    """

    def __init__(self, zones: Sequence[Corners], wh: tuple[int, int]) -> None:
        self._step = max(1, max(wh) // 64)
        x = np.arange(0, wh[0], self._step)
        y = np.arange(0, wh[1], self._step)
        mesh = np.stack(np.meshgrid(x, y), axis=-1)
        self._rest = np.ones(mesh.shape[:2], bool)
        for corners in zones:
            self._rest &= ~shapely.contains_xy(shapely.Polygon(corners), mesh[..., 0], mesh[..., 1])
        self._usual: F32 | None = None
        self._share = 0.0
        self.jumped = self.blind = False

    def gain(self, bgr: U8, dt_s: float) -> float:
        """Return the light's factor in this picture; sets `jumped` and `blind`."""
        now = bgr[:: self._step, :: self._step, 1][self._rest].astype(np.float32) + 1.0
        if self._usual is None or not len(now):
            self._usual = now
            return 1.0
        gain = _mode(np.log(now / self._usual))
        self.blind = not 0.2 < gain < 5 or bool((now > 250).mean() > 0.4)
        if self.blind:
            self.jumped = False
            return gain
        share = float((np.abs(now - gain * self._usual) > 0.25 * gain * self._usual + 10).mean())
        self.jumped, self._share = share - self._share > 0.5, share
        self._usual += min(0.5, dt_s / FOLLOW_S) * (now / gain - self._usual)
        return gain

    def reset(self) -> None:
        """Use the next picture as the reference."""
        self._usual, self._share = None, 0.0


def _mode(logs: F32) -> float:
    """Return the most frequent factor of the samples, from their logarithms: the peak, because people shift the
    mean."""
    count, edges = np.histogram(logs, bins=81, range=(-2.025, 2.025))
    peak = int(np.convolve(count, [1, 1, 1], "same").argmax())
    near = logs[(logs >= edges[max(peak - 1, 0)]) & (logs <= edges[min(peak + 2, 81)])]
    return float(np.exp(near.mean())) if len(near) else 1.0

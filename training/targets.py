"""The targets of the network: a bell over each person, and the person that each grid point stands for.

The bells and their use as weights of the box loss follow TTFNet (Liu et al., AAAI 2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F32
from passerby.evals.detector_labels import Labelled
from training.net import STRIDE

SPREAD = 0.54 / 6  # standard deviation of a bell as a part of the box side
REACH = 0.54 / 2  # how far from its centre a person's grid points lie, as a part of the box side


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """float32: heat (h, w) 0..1; box (4, h, w) in pixels; weight (h, w) of box losses; counts (h, w): 0 = none."""

    heat: F32
    box: F32
    weight: F32
    counts: F32


def _cells(low: float, high: float, size: int) -> slice:
    first = int(np.clip(np.floor(low / STRIDE), 0, size - 1))
    return slice(first, int(np.clip(np.ceil(high / STRIDE), first + 1, size)))


def target(item: Labelled) -> Target:
    """Small people are drawn last, so that they stay visible in front of large ones."""
    h, w = item.bgr.shape[0] // STRIDE, item.bgr.shape[1] // STRIDE
    heat, weight, counts = (np.full((h, w), fill, np.float32) for fill in (0, 0, 1))
    box = np.zeros((4, h, w), np.float32)
    for x0, y0, x1, y1 in item.ignore:
        counts[_cells(y0, y1, h), _cells(x0, x1, w)] = 0
    sides = item.boxes[:, 2:] - item.boxes[:, :2]
    for person in item.boxes[np.argsort(-np.prod(sides, axis=1))]:
        _draw(person, heat, box, weight)
    counts[heat > 0.5] = 1
    return Target(heat, box, weight, counts)


def _draw(person: F32, heat: F32, box: F32, weight: F32) -> None:
    h, w = heat.shape
    x0, y0, x1, y1 = (float(v) for v in person)
    cx, cy, wide, high = (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0
    rows = _cells(cy - REACH * high, cy + REACH * high, h)
    columns = _cells(cx - REACH * wide, cx + REACH * wide, w)
    sx, sy = max(SPREAD * wide, 1.2), max(SPREAD * high, 1.2)
    px, py = min(int(cx / STRIDE), w - 1), min(int(cy / STRIDE), h - 1)
    x = ((np.arange(columns.start, columns.stop) - px) * STRIDE / sx) ** 2
    y = ((np.arange(rows.start, rows.stop) - py) * STRIDE / sy) ** 2
    bell = np.exp(-0.5 * (y[:, None] + x[None])).astype(np.float32)
    window = (rows, columns)
    heat[window] = np.maximum(heat[window], bell)
    mine = bell > 0.05
    for i, side in enumerate(person):
        box[i][window][mine] = side
    weight[window][mine] = (bell / bell[mine].sum())[mine]

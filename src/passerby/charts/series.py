"""Reduces long series for drawing without hiding gaps or peaks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from passerby.charts.axes import TIME_STEPS_S
from passerby.contracts.arrays import F64, I64, Bools


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A series at drawing resolution: column i covers i * step_s to (i + 1) * step_s.

    mean, low, high: float64 (N,); NaN if a column had no picture.
    """

    step_s: float
    mean: F64
    low: F64
    high: F64


def columns(values: Sequence[float], bucket_s: float, most: int = 360) -> Columns:
    """Return at most `most` columns; each keeps its mean and its extremes."""
    per = max(math.ceil(len(values) / most), 1)
    table = _rows(np.asarray(values, np.float64), per, np.nan)
    there = np.isfinite(table)
    seen = there.sum(axis=1)
    mean = np.where(there, table, 0.0).sum(axis=1) / np.maximum(seen, 1)
    low = np.where(there, table, np.inf).min(axis=1, initial=np.inf)
    high = np.where(there, table, -np.inf).max(axis=1, initial=-np.inf)
    blank = np.where(seen > 0, 0.0, np.nan)
    return Columns(per * bucket_s, mean + blank, np.where(seen > 0, low, np.nan), np.where(seen > 0, high, np.nan))


def runs(present: Bools) -> list[tuple[int, int]]:
    """Return the half-open ranges in which `present` is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], present, [False]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def buckets_per_bar(length: int, bucket_s: float, most: int = 60) -> int:
    """Return the number of buckets per bar, so that at most `most` bars of a round duration remain."""
    for step in TIME_STEPS_S:
        per = round(step / bucket_s)
        if per >= 1 and abs(per * bucket_s - step) < 1e-6 and math.ceil(length / per) <= most:
            return per
    return max(math.ceil(length / most), 1)


def summed(values: Sequence[int], per: int) -> I64:
    """Return the sums of every `per` values, including the last ones."""
    sums: I64 = _rows(np.asarray(values, np.int64), per, 0).sum(axis=1)
    return sums


def middle(edges: Sequence[float], weights: Sequence[float]) -> float | None:
    """Return the value with half of the weight below it, linear within a bin; None without weight."""
    total = np.concatenate(([0.0], np.cumsum(weights)))
    if len(edges) != len(total) or total[-1] <= 0:
        return None
    return float(np.interp(total[-1] / 2, total, edges))


def _rows(values: NDArray[Any], per: int, fill: float) -> NDArray[Any]:
    missing = -len(values) % per
    return np.concatenate((values, np.full(missing, fill, values.dtype))).reshape(-1, per)

"""Fits how long the errors of a detector's boxes last: the slow and the fast process of `box_noise.py`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from passerby.contracts.arrays import F64, I64
from passerby.evals.box_noise import SIDES

# Lags in seconds. The fast process is gone after the first; the time of the slow one follows from the two.
NEAR_S, FAR_S = 1.0, 4.0
# Fewer pairs than these say little about one class; its figures are then those of all classes.
LEAST_PAIRS = 100
LONGEST_S = 60.0
# Of a normal distribution: standard deviation over median deviation.
ROBUST = 1.4826


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """slow (H, V, 5): share of the slow process in the variance of quality and four errors; slow_s, fast_s (5,):
    times in which the correlation of a process falls to 1/e."""

    slow: F64
    slow_s: F64
    fast_s: F64


@dataclass(frozen=True, slots=True, eq=False)
class StandardRows:
    """Quality and errors in standard deviations (N, 5), of persons (N,) in frames (N,) of a fixed rate; h, v (N,):
    classes of height and visible fraction."""

    frame: I64
    person: I64
    values: F64
    h: I64
    v: I64

    def correlations(self, lag: int, h: int | None = None, v: int | None = None) -> tuple[F64, int]:
        """Return the correlation (5,) of rows that are `lag` frames apart, and the number of pairs.

        It follows from the median step, as the standard deviations do, so that a few boxes over two people do not
        make all boxes restless.
        """
        a, b = self._pairs(lag)
        kept = np.ones(len(a), bool) if h is None else (self.h[a] == h) & (self.v[a] == v)
        step = self.values[b[kept]] - self.values[a[kept]]
        if len(step) < LEAST_PAIRS:
            return np.zeros(self.values.shape[1]), len(step)
        return np.clip(1 - (ROBUST * np.median(np.abs(step), axis=0)) ** 2 / 2, 0.01, 0.99), len(step)

    def _pairs(self, lag: int) -> tuple[I64, I64]:
        """Return the indices of two rows of one person, `lag` frames apart."""
        key = self.person * (int(self.frame.max()) + 1 + lag) + self.frame
        order = np.argsort(key)
        found = np.minimum(np.searchsorted(key[order], key + lag), len(key) - 1)
        hit = key[order][found] == key + lag
        return np.flatnonzero(hit), order[found[hit]]


def standard_rows(
    t_s: F64, person: I64, score: F64, errors: F64, h: I64, v: I64, scale: tuple[F64, F64], fps: float
) -> StandardRows:
    """Return the rows with a box. scale: bias and sd (H, V, 4) of errors (N, 4). The quality is the rank of the
    score in its class, as a normal deviate."""
    quality = np.zeros(len(score))
    for i, k in {(int(i), int(k)) for i, k in zip(h, v, strict=True)}:
        rows = np.flatnonzero((h == i) & (v == k))
        rank = (np.argsort(np.argsort(score[rows], kind="stable")) + 0.5) / len(rows)
        quality[rows] = norm.ppf(np.clip(rank, 1e-3, 1 - 1e-3))
    bias, sd = scale
    standard = (errors - bias[h, v]) / np.maximum(sd[h, v], 1e-6)
    values = np.concatenate([quality[:, None], standard], axis=1)
    kept = score > 0
    frame = np.round(t_s * fps).astype(np.int64)
    return StandardRows(frame[kept], person[kept], values[kept], h[kept], v[kept])


def fit_drift(rows: StandardRows, classes: tuple[int, int], fps: float) -> Drift:
    """Return the drift that the rows show, for so many classes of height and visible fraction (H, V)."""
    near, far = round(NEAR_S * fps), round(FAR_S * fps)
    (first, _), (at_near, _), (at_far, _) = (rows.correlations(lag) for lag in (1, near, far))
    slow_s = np.clip((FAR_S - NEAR_S) / np.log(np.maximum(at_near / at_far, 1.001)), NEAR_S, LONGEST_S)
    common = _share(at_near, slow_s)
    rest = (first - common * np.exp(-1 / fps / slow_s)) / (1 - common)
    fast_s = -1 / fps / np.log(np.clip(rest, 0.01, 0.9))
    slow = np.empty((*classes, 1 + SIDES))
    for i, k in np.ndindex(classes):
        here, pairs = rows.correlations(near, i, k)
        slow[i, k] = _share(here, slow_s) if pairs >= LEAST_PAIRS else common
    return Drift(slow, slow_s, fast_s)


def _share(at_near: F64, slow_s: F64) -> F64:
    return np.clip(at_near * np.exp(NEAR_S / slow_s), 0.0, 0.95)

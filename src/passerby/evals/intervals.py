"""Confidence intervals of 95 % for published figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.stats import binomtest, t

from passerby.evals.play import Take

Interval = tuple[float, float]
CONFIDENCE = 0.95
# The values that a figure can have: a signed error, a rate or an absolute error, and a share or F1.
ANY, NOT_NEGATIVE, SHARE = (-np.inf, np.inf), (0.0, np.inf), (0.0, 1.0)


def share_interval(found: int, of: int) -> Interval | None:
    """Return the exact interval of a share (Clopper and Pearson, Biometrika 26, 1934); None without cases."""
    if not of:
        return None
    ends = binomtest(found, of).proportion_ci(CONFIDENCE, method="exact")
    return float(ends.low), float(ends.high)


def shown_interval(interval: Interval | None) -> str | None:
    """Return an interval of shares as text."""
    return None if interval is None else f"{interval[0]:.2f} to {interval[1]:.2f}"


def seed_intervals(
    takes: Sequence[Take],
    figures: Callable[[Sequence[Take]], Mapping[str, float | None]],
    bounds: Mapping[str, Interval],
) -> dict[str, Interval]:
    """Return the interval of each figure, by leaving out one seed at a time (Tukey's jackknife).

    bounds: least and greatest value that each figure can have; the interval ends there.
    The takes of one seed depend on each other, so they are left out together. Fewer than three seeds give no
    interval, and neither does a figure that is None without one of them.
    """
    seeds = sorted({take.seed for take in takes})
    if len(seeds) < 3:
        return {}
    whole = figures(takes)
    without = [figures([take for take in takes if take.seed != seed]) for seed in seeds]
    return {
        key: _around(value, [some[key] for some in without], bounds[key])
        for key, value in whole.items()
        if value is not None and all(some[key] is not None for some in without)
    }


def _around(value: float, without: Sequence[float | None], bounds: Interval) -> Interval:
    left_out = np.array(without, dtype=float)
    n = len(left_out)
    sd = float(np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum()))
    half = float(t.ppf((1 + CONFIDENCE) / 2, n - 1)) * sd
    low, high = np.clip((value - half, value + half), *bounds).tolist()
    return low, high

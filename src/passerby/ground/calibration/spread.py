"""Whether surveyed points are spread well enough to determine a floor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Deviation from a line, in parts of the spread of all points, below which points lie in a row.
_IN_A_ROW = 1e-3


def spans(points: Sequence[tuple[float, float]]) -> bool:
    """Return whether four of the points have no three in a row, so that they determine a homography.

    With four points that means none of the four triples; with more it fails if all, or all but one, are in a row.
    """
    centred = np.asarray(points, np.float64) - np.mean(points, axis=0)
    xy = centred / max(float(np.abs(centred).max()), 1e-12)
    x, y, n = xy[:, 0], xy[:, 1], len(xy) - 1
    # Moments of all points but one, about their own mean, for each of them.
    sx, sy = x.sum() - x, y.sum() - y
    xx, yy, xy_ = (x @ x) - x * x - sx * sx / n, (y @ y) - y * y - sy * sy / n, (x @ y) - x * y - sx * sy / n
    least = (xx + yy) / 2 - np.hypot((xx - yy) / 2, xy_)
    return bool((least > _IN_A_ROW**2).all())

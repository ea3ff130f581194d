"""Where to aim so as to get around a pillar, a bench or a wall's corner."""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F64, Bools

CLEAR_M = 0.45


def crossing(start: F64, ends: F64, rectangles: F64) -> Bools:
    """Which segments from `start` (2,) to `ends` (M, 2) cross which rectangles (K, 4): bool (M, K). Slab method."""
    way = ends - start
    with np.errstate(divide="ignore", invalid="ignore"):
        first = (rectangles[None, :, :2] - start) / way[:, None]
        second = (rectangles[None, :, 2:] - start) / way[:, None]
    enter = np.nan_to_num(np.minimum(first, second), nan=-np.inf).max(-1)
    leave = np.nan_to_num(np.maximum(first, second), nan=np.inf).min(-1)
    still = np.abs(way) < 1e-9
    between = (start > rectangles[:, :2]) & (start < rectangles[:, 2:])
    beside = (still[:, None] & ~between[None]).any(-1)
    return np.asarray((enter < leave) & (leave > 0) & (enter < 1) & ~beside)


def aim(position: F64, target: F64, rectangles: F64, hops: int = 2) -> F64:
    """The point to head for: the target itself if it is in sight, else the corner that costs the least way."""
    grown = rectangles + np.array([-1, -1, 1, 1]) * (CLEAR_M - 0.12)
    blocked = crossing(position, target[None], grown)[0]
    if not blocked.any():
        return target
    reach = np.array([-1, -1, 1, 1]) * CLEAR_M
    corners = np.concatenate([(r + reach)[[[0, 1], [0, 3], [2, 1], [2, 3]]] for r in rectangles[blocked]])
    inside = ((corners[:, None] > grown[None, :, :2]) & (corners[:, None] < grown[None, :, 2:])).all(-1).any(-1)
    seen = ~crossing(position, corners, grown).any(-1) & ~inside
    if not seen.any():
        return target
    corners = corners[seen]
    rest = np.array([_rest(corner, target, grown, rectangles, hops) for corner in corners])
    cost = np.linalg.norm(corners - position, axis=-1) + rest
    return np.asarray(corners[int(cost.argmin())])


def _rest(corner: F64, target: F64, grown: F64, rectangles: F64, hops: int) -> float:
    """Length of the way on from a corner; a hidden target costs the way over its next corner."""
    direct = float(np.linalg.norm(target - corner))
    if hops <= 1 or not crossing(corner, target[None], grown)[0].any():
        return direct if hops > 1 else direct + 3.0 * bool(crossing(corner, target[None], grown)[0].any())
    following = aim(corner, target, rectangles, hops - 1)
    if np.array_equal(following, target):
        return direct + 6.0
    return float(np.linalg.norm(following - corner) + np.linalg.norm(target - following))

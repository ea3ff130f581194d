"""The shortest path around pillars, benches and walls: a visibility graph over their corners, made once."""

from __future__ import annotations

import numpy as np
from scipy.sparse.csgraph import shortest_path

from passerby.contracts.arrays import F64, Bools

CLEAR_M = 0.45  # corners are rounded at this distance
KEEP_M = 0.28  # and passed at no less than this
FAR = 1e6


def crossing(starts: F64, ends: F64, rectangles: F64) -> Bools:
    """Return which segments (M, 2) to (M, 2) cross which rectangles (K, 4): bool (M, K). Slab method."""
    enter, leave = _slab(starts, ends, rectangles, 0)
    enter_y, leave_y = _slab(starts, ends, rectangles, 1)
    enter, leave = np.maximum(enter, enter_y), np.minimum(leave, leave_y)
    return np.asarray((enter < leave) & (leave > 0) & (enter < 1))


def _slab(starts: F64, ends: F64, rectangles: F64, axis: int) -> tuple[F64, F64]:
    """Return where segments enter and leave rectangles along one axis, (M, K) each, as a share of their length."""
    displacement = (ends[:, axis] - starts[:, axis])[:, None]
    displacement = np.where(np.abs(displacement) < 1e-9, 1e-9, displacement)
    first = (rectangles[:, axis] - starts[:, axis, None]) / displacement
    second = (rectangles[:, axis + 2] - starts[:, axis, None]) / displacement
    return np.minimum(first, second), np.maximum(first, second)


def inside(points: F64, rectangles: F64) -> Bools:
    """Return which points (M, 2) are in which rectangles (K, 4): bool (M, K)."""
    (x, y), (x0, y0, x1, y1) = points.T[..., None], rectangles.T
    return np.asarray((x > x0) & (y > y0) & (x < x1) & (y < y1))


class Routes:
    """Shortest ways among fixed rectangles (K, 4)."""

    def __init__(self, rectangles: F64) -> None:
        self._grown = rectangles + np.array([-1, -1, 1, 1]) * KEEP_M
        self._both = np.concatenate([rectangles, self._grown])
        reach = rectangles + np.array([-1, -1, 1, 1]) * CLEAR_M
        corners = reach[:, [[0, 1], [0, 3], [2, 1], [2, 3]]].reshape(-1, 2)
        self._corners = corners[~inside(corners, self._grown).any(-1)]
        self._between = self._distances()
        self._rest: dict[tuple[float, float], F64] = {}

    def aim(self, position: F64, target: F64) -> F64:
        """The point (2,) to head for: the target if it is in sight, else the next corner of the shortest path."""
        if not self._blocked(position[None], target[None])[0]:
            return target
        occluded = self._blocked(np.repeat(position[None], len(self._corners), axis=0), self._corners)
        cost = (
            np.linalg.norm(self._corners - position, axis=-1) + self._onward(target) + np.where(occluded, FAR, 0)
        )
        if not len(cost) or cost.min() >= FAR:
            return target
        return np.asarray(self._corners[int(cost.argmin())])

    def _blocked(self, starts: F64, ends: F64) -> Bools:
        """Return whether each segment is blocked. A person close to a wall is blocked only by the wall itself."""
        close = inside(starts, self._grown) | inside(ends, self._grown)
        crossed, number = crossing(starts, ends, self._both), len(self._grown)
        solid, grown = crossed[:, :number], crossed[:, number:]
        return np.asarray((solid | (grown & ~close)).any(-1))

    def _distances(self) -> F64:
        n = len(self._corners)
        if not n:
            return np.zeros((0, 0))
        graph = np.zeros((n, n))
        for k in range(n):
            length = np.linalg.norm(self._corners - self._corners[k], axis=-1)
            occluded = self._blocked(np.repeat(self._corners[k][None], n, axis=0), self._corners)
            graph[k] = np.where(occluded, 0, np.maximum(length, 1e-6))
        graph[np.arange(n), np.arange(n)] = 0
        return np.asarray(shortest_path(np.maximum(graph, graph.T), directed=False))

    def _onward(self, target: F64) -> F64:
        """Distance from every corner to a target, m; cached, because many people walk to the same place."""
        key = (round(float(target[0]), 1), round(float(target[1]), 1))
        if key not in self._rest:
            direct = np.linalg.norm(self._corners - target, axis=-1)
            occluded = self._blocked(self._corners, np.repeat(target[None], len(self._corners), axis=0))
            last = np.where(occluded, FAR, direct)
            if len(self._rest) > 2000:
                self._rest.clear()
            self._rest[key] = np.minimum((self._between + last[None]).min(axis=1), FAR)
        return self._rest[key]

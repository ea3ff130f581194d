"""Dwell within a small circle, from the walks of people alone."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F64
from passerby.evals.trajectories import Walks

RADIUS_M = 1.5
CORNERS = 32
ROUNDING_M = 1e-3


@dataclass(frozen=True, slots=True)
class LongDwell:
    """A person's longest dwell within a circle of `RADIUS_M`: its centre, start and end."""

    person: int
    centre_m: tuple[float, float]
    from_s: float
    to_s: float

    @property
    def seconds(self) -> float:
        """The duration, seconds."""
        return self.to_s - self.from_s


def longest_dwell(walks: Walks, person: int) -> LongDwell:
    """Return the longest part of a walk that is inside a circle of `RADIUS_M`."""
    t_s, place = walks.person(person)
    points = place.astype(np.float32)
    best, start = (0, 0), 0
    for end in range(len(points)):
        while cv2.minEnclosingCircle(points[start : end + 1])[1] > RADIUS_M + ROUNDING_M:
            start += 1
        if t_s[end] - t_s[start] > t_s[best[1]] - t_s[best[0]]:
            best = (start, end)
    (x, y), _ = cv2.minEnclosingCircle(points[best[0] : best[1] + 1])
    return LongDwell(person, (float(x), float(y)), float(t_s[best[0]]), float(t_s[best[1]]))


def circle_m(centre_m: tuple[float, float], radius_m: float = RADIUS_M) -> F64:
    """Return a polygon (CORNERS, 2) slightly larger than a circle, so that it contains the circle."""
    angle = np.arange(CORNERS) * (2 * np.pi / CORNERS)
    ring = radius_m / np.cos(np.pi / CORNERS) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.asarray(np.array(centre_m) + ring)

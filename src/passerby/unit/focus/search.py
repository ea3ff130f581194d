"""The position of best focus from few measurements.

The blur of a lens grows in proportion to the distance from the best position (thin lens), so the steepness s of an
edge follows 1 / s^2 = a (x - x0)^2 + c. Three measurements determine the parabola, and its vertex is the next
position. A measurement that is much better than the parabola belongs to another peak, which is searched next.
Where no parabola fits, the larger interval beside the best position is divided as in a Fibonacci search (Kiefer
1953).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

# Measurements at most. Fibonacci search alone needs 14 for 500 positions.
MOST = 16
# Before a peak is accepted, no interval without a measurement is longer than this fraction of the range. Chosen:
# the slope of a peak is measurable over half of it.
LONGEST_GAP = 0.3
# A peak is reached if the vertex is within this fraction of its width, or sharper by less than this fraction.
# Chosen: the target is 98 % of the best.
NEAR, BETTER = 0.12, 0.008
# A measurement that is better than the parabola by this factor is another peak. It is also better
# than the worst measurement by the second factor: far from focus, every picture has some edges. Chosen by
# judgement.
OTHER_PEAK, ABOVE_FLOOR = 1.4, 2.0
# A peak is narrower than this fraction of the range; a wider parabola goes through the slopes of two peaks. Chosen
# by judgement.
WIDEST = 0.1
# A measurement within so many widths is on the same peak. Chosen by judgement.
CLOSE = 1.6
# Positions within this fraction of the width are the same. Chosen by judgement.
SAME = 0.04
# A peak that will be lower than this fraction of the best is not climbed. Chosen by judgement.
LOWER = 0.95
GOLDEN = 0.382


@dataclass(frozen=True, slots=True)
class FocusFound:
    """position: the sharpest measured. sharpness: there. measurements: number of them."""

    position: float
    sharpness: float
    measurements: int


@dataclass(frozen=True, slots=True)
class _Parabola:
    """1 / s^2 = a (x - vertex)^2 + c."""

    a: float
    vertex: float
    c: float

    def sharpness(self, x: float) -> float:
        return float((self.a * (x - self.vertex) ** 2 + self.c) ** -0.5)


class _PeakSearch:
    def __init__(self, measure: Callable[[float], float], limits: tuple[float, float]) -> None:
        self._measure, self._limits = measure, limits
        self.known: dict[float, float] = {}

    @property
    def is_over(self) -> bool:
        return len(self.known) >= MOST

    @property
    def best(self) -> float:
        return max(self.known, key=lambda x: self.known[x])

    def at(self, x: float) -> float:
        """Measure at a position within the limits, once."""
        x = float(np.clip(x, *self._limits))
        if x not in self.known:
            self.known[x] = max(self._measure(x), 1e-6)
        return x

    def explore(self) -> None:
        """Measure in the middle of intervals until none is too long."""
        low, high = self._limits
        while not self.is_over:
            gap, at = max(self._gap(a, b) for a, b in pairwise(sorted({low, high, *self.known})))
            if gap <= LONGEST_GAP * (high - low):
                return
            self.at(at)

    def _gap(self, a: float, b: float) -> tuple[float, float]:
        """Return the unexplored length between two positions, and its middle; a limit is no measurement."""
        is_open = a not in self.known or b not in self.known
        return (1.5 if is_open else 1.0) * (b - a), (a + b) / 2

    def climb(self, start: float) -> None:
        """Find the peak near a measured position."""
        best = start
        while not self.is_over:
            parabola = self._parabola(best)
            x = self._divided(best) if parabola is None else parabola.vertex
            width = (
                (self._limits[1] - self._limits[0]) / 50 if parabola is None else (parabola.c / parabola.a) ** 0.5
            )
            if parabola is not None and self._is_confirmed(best, width) and self._is_lower(parabola):
                return
            if parabola is not None and self._is_reached(parabola, best, width):
                if self._is_confirmed(best, width):
                    return
                below, above = self._interval(best)
                x = best + CLOSE * width * (0.5 if above - best >= best - below else -0.5)
            if any(abs(x - other) < SAME * width for other in self.known):
                x = self._divided(best)
                if min(abs(x - other) for other in self.known) < SAME * width:
                    return
            x = self.at(x)
            best = x if self.known[x] > self.known[best] else best

    def _is_reached(self, parabola: _Parabola, best: float, width: float) -> bool:
        gain = parabola.sharpness(parabola.vertex) / self.known[best] - 1
        return abs(parabola.vertex - best) <= NEAR * width or abs(gain) <= BETTER

    def _is_lower(self, parabola: _Parabola) -> bool:
        return parabola.sharpness(parabola.vertex) < LOWER * self.known[self.best]

    def _is_confirmed(self, best: float, width: float) -> bool:
        """Return whether another measurement is on the peak itself: far ones may belong to another peak."""
        return any(0 < abs(x - best) <= CLOSE * width for x in self.known)

    def _interval(self, best: float) -> tuple[float, float]:
        """Return the measured positions beside the best, or a limit."""
        below = max((x for x in self.known if x < best), default=self._limits[0])
        above = min((x for x in self.known if x > best), default=self._limits[1])
        return below, above

    def _parabola(self, best: float) -> _Parabola | None:
        """Fit the best position and those beside it, or else the sharpest; None if their peak is not there."""
        order = sorted(self.known)
        k = order.index(best)
        first = min(max(k - 1, 0), max(len(order) - 3, 0))
        sharpest = sorted((x for x in self.known if x != best), key=lambda x: -self.known[x])[:2]
        return self._fit(order[first : first + 3], best) or self._fit([*sharpest, best], best)

    def _fit(self, chosen: list[float], best: float) -> _Parabola | None:
        if len(chosen) < 3:
            return None
        x = np.array(chosen)
        a, b, c = np.polyfit(x - best, np.array([self.known[one] ** -2 for one in chosen]), 2)
        if a <= 0:
            return None
        vertex, (low, high) = float(best - b / (2 * a)), self._interval(best)
        if not low <= vertex <= high:
            return None
        least, span = float(c - b * b / (4 * a)), self._limits[1] - self._limits[0]
        if least > a * (WIDEST * span) ** 2:
            return None
        return _Parabola(float(a), vertex, max(least, 0.25 * self.known[best] ** -2))

    def _divided(self, best: float) -> float:
        low, high = self._interval(best)
        return best + GOLDEN * (high - best) if high - best > best - low else best - GOLDEN * (best - low)

    def other_peak(self) -> float | None:
        """Return a measured position that the parabola of the best peak does not explain."""
        parabola = self._parabola(self.best)
        if parabola is None:
            return None
        floor = ABOVE_FLOOR * min(self.known.values())
        excess = {x: s / parabola.sharpness(x) for x, s in self.known.items() if s >= floor}
        x = max(excess, key=lambda one: excess[one])
        return x if excess[x] > OTHER_PEAK else None


def find_focus(
    measure: Callable[[float], float], start: float, limits: tuple[float, float], usual: float | None = None
) -> FocusFound:
    """Return the sharpest position within `limits`.

    measure: moves to a position and returns the sharpness there. start: the present position. usual: the sharpness
    that this view has had; the search is short if the start already has it.
    """
    search = _PeakSearch(measure, limits)
    start = search.at(start)
    if usual is None or search.known[start] < (1 - BETTER) * usual:
        search.explore()
        tried = set[float]()
        peak: float | None = search.best
        while peak is not None and peak not in tried and not search.is_over:
            tried.add(peak)
            search.climb(peak)
            tried.add(search.best)
            peak = search.other_peak()
    return FocusFound(search.best, search.known[search.best], len(search.known))

"""How much of one camera's redacted pictures is covered, and why."""

from __future__ import annotations

import numpy as np

from passerby.contracts.results import Coverage
from passerby.pixels.look import Look


class CoverageMeter:
    """Sums over the drawn pictures of one camera."""

    def __init__(self) -> None:
        self._pictures = 0
        self._sums = np.zeros(4)

    def add(self, look: Look) -> None:
        """Count one drawn picture."""
        covered = look.covered
        people = covered & (look.touched | ~look.free)
        motion = covered & ~people & (look.foreground.differs | ~look.still)
        parts = covered, people, motion, covered & ~people & ~motion
        self._sums += [np.count_nonzero(part) / covered.size for part in parts]
        self._pictures += 1

    def mean(self) -> Coverage | None:
        """Return the mean of all pictures; None without any."""
        if not self._pictures:
            return None
        return Coverage(*(round(float(value), 3) for value in self._sums / self._pictures))

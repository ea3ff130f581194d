"""Axes of charts: round ticks, and the scale from data to drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass

TIME_STEPS_S = (
    *(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(60.0, 120.0, 300.0, 600.0, 900.0, 1800.0),
    *(3600.0, 7200.0, 10800.0, 21600.0, 43200.0, 86400.0),
)

NOTHING = 1e-9  # below this, figures are rounding errors


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps `low`..`high` of the data to `start`..`end` of the drawing; values outside are clipped."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the position of `value`; a scale without extent returns its start."""
        if self.high <= self.low:
            return self.start
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is at least `least` (> 0)."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= least * (1 - 1e-9))


def value_ticks(high: float, most: int = 5) -> tuple[float, ...]:
    """Return round ticks from 0 to the first at or above `high`; at most `most` + 1 of them.

    An unknown `high`, or none, gives an axis from 0 to 1.
    """
    if not math.isfinite(high) or high < NOTHING:
        return (0.0, 1.0)
    step = round_step(high / most)
    return tuple(i * step for i in range(math.ceil(high / step * (1 - 1e-9)) + 1))


def time_step(seconds: float, most: int) -> float:
    """Return the shortest round duration (seconds, minutes, hours) that fits at most `most` times into
    `seconds`."""
    least = seconds / most
    days = math.ceil(least / TIME_STEPS_S[-1]) * TIME_STEPS_S[-1]
    return next((step for step in TIME_STEPS_S if step >= least), days)


def time_ticks(seconds: float, most: int = 8) -> tuple[float, ...]:
    """Return round times in 0..`seconds`, starting with 0; at most `most` + 1."""
    step = time_step(max(seconds, 0.1), most)
    return tuple(i * step for i in range(math.floor(seconds / step * (1 + 1e-9)) + 1))

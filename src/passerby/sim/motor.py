"""A motorised lens of the simulation: positions in dioptres, moves that take time, a ring that a hand can turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from passerby.contracts.focus import FocusStatus

# Dioptres at the near end of the travel (10 cm) and per second of a move. Chosen: a small motorised lens.
NEAREST, PER_S = 10.0, 8.0
# Focus distance of a new lens: 8 m, as in the stations.
START = 0.125


@dataclass(frozen=True, slots=True)
class _Move:
    """From one position to another, begun at a time, seconds."""

    start: float
    end: float
    began_s: float

    def at(self, now_s: float) -> float:
        way = self.end - self.start
        done = PER_S * (now_s - self.began_s)
        return self.end if done >= abs(way) else self.start + (done if way > 0 else -done)


class MotorLens:
    """A FocusDrive. Positions are dioptres: 1 / focus distance in metres."""

    has_autofocus = False
    limits = (0.0, NEAREST)

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._move = _Move(START, START, now_s())

    def status(self) -> FocusStatus:
        """Return the present status."""
        at = self._move.at(self._now_s())
        return FocusStatus(round(at, 4), is_moving=at != self._move.end)

    def move_to(self, position: float) -> None:
        """Start to move."""
        now_s = self._now_s()
        self._move = _Move(self._move.at(now_s), position, now_s)

    def stop(self) -> None:
        """Stop where it is."""
        now_s = self._now_s()
        at = self._move.at(now_s)
        self._move = _Move(at, at, now_s)

    def start_autofocus(self) -> None:
        """It has none."""

    def end_autofocus(self) -> None:
        """It has none."""

    def turn(self, position: float) -> None:
        """Turn the ring by hand: the lens is there at once."""
        self._move = _Move(position, position, self._now_s())

    @property
    def focus_m(self) -> float:
        """The present focus distance, metres."""
        return 1 / max(self._move.at(self._now_s()), 1e-3)

    def focus_at(self, _: float) -> float:
        """Return the present focus distance, metres, for the picture that is drawn now; see Station.frames."""
        return self.focus_m

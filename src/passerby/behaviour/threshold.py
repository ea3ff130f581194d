"""A threshold that a value must stay at for a time, and that is left only clearly below it."""

from __future__ import annotations

from passerby.contracts.time import Timestamp


class Threshold:
    """At or above `at_least` for `hold_s`; over below `clear_ratio` of it."""

    def __init__(self, at_least: float, clear_ratio: float, hold_s: float) -> None:
        self._at_least, self._clear_ratio, self._hold_s = at_least, clear_ratio, hold_s
        self._since: Timestamp | None = None

    def step(self, value: float, at: Timestamp) -> Timestamp | None:
        """Return since when the value is there, if it has been there for `hold_s`; None otherwise."""
        least = self._at_least * (1.0 if self._since is None else self._clear_ratio)
        self._since = (self._since or at) if value >= least else None
        is_held = self._since is not None and at.since_s(self._since) >= self._hold_s
        return self._since if is_held else None

    def reset(self) -> None:
        """Begin again, because the picture was interrupted."""
        self._since = None

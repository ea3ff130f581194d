"""The incident of a destination that refuses events, which are then set aside."""

from __future__ import annotations

from collections.abc import Callable

from passerby.contracts.events import Event
from passerby.contracts.time import NS_PER_S, Clock
from passerby.unit.outage import REFUSAL, UnitOutage

# A destination that refuses one event now and then has one incident, not one for each event.
OVER_AFTER_S = 600.0


class RefusedEvents:
    """Starts with the first refused event; ends with an accepted one, OVER_AFTER_S after the last refusal."""

    def __init__(self, clock: Clock, new_id: Callable[[], str]) -> None:
        self._clock, self._outage = clock, UnitOutage(REFUSAL, clock, new_id)
        self._refused, self._last_ns = 0, 0

    def refused(self, why: str) -> list[Event]:
        """Count a refused event; return the start of the incident if none is open."""
        self._refused, self._last_ns = self._refused + 1, self._clock.mono_ns()
        return self._outage.lasts(why)

    def accepted(self) -> list[Event]:
        """Record an accepted message; return the end of the incident, with the number of refused events."""
        if not self._refused or self._clock.mono_ns() - self._last_ns < OVER_AFTER_S * NS_PER_S:
            return []
        lost, self._refused = self._refused, 0
        return self._outage.over(lost)

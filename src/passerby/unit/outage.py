"""Raises an incident of the whole unit while something it needs does not work: the store, or a destination."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from passerby.camera.incident import ended, started
from passerby.contracts.events import Event, Measure
from passerby.contracts.time import NS_PER_S, Clock, Timestamp

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutageKind:
    """A kind of event of the unit. report_after_s: a shorter failure is no incident. meanwhile: what happens."""

    kind: str
    report_after_s: float
    meanwhile: str


STORE_OUTAGE = OutageKind("store_unavailable", 5.0, "events wait in memory until it is back")
DELIVERY_OUTAGE = OutageKind("delivery_failed", 600.0, "events wait in the database")
REFUSAL = OutageKind("delivery_failed", 0.0, "refused events are set aside; see passerby outbox list")


class UnitOutage:
    """Starts once after `report_after_s` of failure, and ends once when all is well."""

    def __init__(self, kind: OutageKind, clock: Clock, new_id: Callable[[], str]) -> None:
        self._kind, self._clock, self._new_id = kind, clock, new_id
        self._started_ns = clock.mono_ns()
        self._since: Timestamp | None = None
        self._open: Event | None = None

    def lasts(self, why: str, failing_s: float = 0.0) -> list[Event]:
        """Record a failed attempt, after `failing_s` of trying; return the start of the incident if it is due."""
        now = self._now()
        if self._since is None:
            failing_ns = min(round(failing_s * NS_PER_S), now.mono_ns)
            assert now.utc_ns is not None
            self._since = Timestamp(now.mono_ns - failing_ns, now.utc_ns - failing_ns)
            log.error("%s; %s", why, self._kind.meanwhile)
        if self._open is not None or now.since_s(self._since) < self._kind.report_after_s:
            return []
        self._open = self._start(self._since, now, why)
        return [self._open]

    def over(self, lost: int) -> list[Event]:
        """Record a success; return the end of the incident, with the number of lost records."""
        since, opened, now = self._since, self._open, self._now()
        self._since = self._open = None
        if since is not None:
            log.info("%s is over after %.1f s; %d records lost", self._kind.kind, now.since_s(since), lost)
        if opened is None:
            return []
        end = ended(opened, now.s, now.utc)
        return [replace(end, measures=(*end.measures, Measure("lost", float(lost))))]

    def _start(self, since: Timestamp, now: Timestamp, why: str) -> Event:
        measures, kind = (Measure("why", why),), self._kind.kind
        return started(kind, self._new_id(), "", began_s=since.s, at_s=now.s, utc=now.utc, measures=measures)

    def _now(self) -> Timestamp:
        return Timestamp(self._clock.mono_ns() - self._started_ns, self._clock.utc_ns())

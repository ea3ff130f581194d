"""The rates of all cameras of a unit: when processor time is short, all slow down evenly, each to its own floor.

The measures are the share of its time that a camera's loop works, and the delay of its decoder. A loop that works
all the time cannot keep its rate, and its results become late; below MOST_BUSY each frame is finished before the
next one is due. The rates stay where the loops work LITTLE_BUSY to MOST_BUSY of their time. A decoder that is late
soon leaves pictures out (ingest/catch_up.py); fewer analysed frames leave it more time. A camera with a rule of
alarm severity keeps its rate.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from passerby.camera.incident import ended, started
from passerby.contracts.events import Event, Measure
from passerby.contracts.time import Clock, Timestamp
from passerby.unit.rates import Demand

KIND = "overload"
# Seconds between two decisions.
EVERY_S = 1.0
# Cameras slow down above the first share of working time, to the second, and become faster below the third.
# Chosen from measurements on two processors (decision 0039): 95 % of the latencies stay below 0.3 s.
MOST_BUSY, GOAL_BUSY, LITTLE_BUSY = 0.94, 0.9, 0.86
# The same as MOST_BUSY for the cameras with critical rules. Chosen by judgement: a picture of theirs that takes a
# quarter longer than usual still ends before the next one is due.
MOST_BUSY_CRITICAL = 0.8
# A decoder with this delay, seconds, counts as a loop that works MOST_BUSY of its time. Chosen: well before it
# leaves pictures out, and more than a network's usual jitter.
MOST_BEHIND_S = 0.4
# A decision multiplies the part of the rates above the floors by at least the first, or adds this share of it.
# Chosen by judgement: from the full rates to an eighth of them in ten seconds, and back in twenty.
SLOWER, FASTER = 0.8, 0.05
# A shorter overload is not an incident, and one that ended for a shorter time has not ended, seconds.
REPORT_AFTER_S, OVER_AFTER_S = 5.0, 30.0


@dataclass(frozen=True, slots=True)
class Load:
    """One camera now.

    worked_s: time that its loop has worked so far, seconds. behind_s: delay of its decoder, seconds.
    """

    demand: Demand
    worked_s: float
    behind_s: float = 0.0


class Scheduler:
    """Decides the rates of the cameras; `step` is called a few times per second.

    share: of the rates above the floors, 0 to 1. rate_ratio: present rates of all cameras over their full rates.
    """

    def __init__(self, clock: Clock, new_id: Callable[[], str]) -> None:
        self._clock, self._new_id = clock, new_id
        self._started_ns = clock.mono_ns()
        self.share = self.rate_ratio = 1.0
        self._decided: Timestamp | None = None
        self._worked_s: dict[str, float] = {}
        self._since: Timestamp | None = None
        self._fine: Timestamp | None = None
        self._open: Event | None = None

    def step(self, loads: Mapping[str, Load]) -> tuple[dict[str, float], list[Event]]:
        """Return new rates by camera, and the events; nothing if no decision is due."""
        now = Timestamp(self._clock.mono_ns() - self._started_ns, self._clock.utc_ns())
        if self._decided is not None and now.since_s(self._decided) < EVERY_S:
            return {}, []
        busy = self._busy(loads, now)
        self._decided, self._worked_s = now, {name: load.worked_s for name, load in loads.items()}
        if busy > MOST_BUSY:
            self.share *= max(SLOWER, GOAL_BUSY / busy)
        elif busy < LITTLE_BUSY:
            self.share = min(1.0, self.share + FASTER)
        rates = {name: load.demand.fps(self.share) for name, load in loads.items()}
        full_fps = sum(load.demand.full_fps for load in loads.values())
        self.rate_ratio = sum(rates.values()) / full_fps if full_fps else 1.0
        return rates, self._report(loads, now, busy)

    def close(self) -> list[Event]:
        """End an open incident, because the unit ends."""
        return self._end(Timestamp(self._clock.mono_ns() - self._started_ns, self._clock.utc_ns()))

    def _busy(self, loads: Mapping[str, Load], now: Timestamp) -> float:
        """Return the share of time in which the busier half of the cameras worked since the last decision.

        Their median: idle cameras hide no overload, and one slow camera among many does not slow the others. The
        same of the cameras with critical rules, beside their own limit, if it is more: the others slow down until
        those keep their rate.
        """
        if self._decided is None:
            return 0.0
        passed_s = now.since_s(self._decided)
        known = {name: load for name, load in loads.items() if name in self._worked_s}
        shares = {
            name: max((load.worked_s - self._worked_s[name]) / passed_s, MOST_BUSY * load.behind_s / MOST_BEHIND_S)
            for name, load in known.items()
        }
        critical = [
            share * MOST_BUSY / MOST_BUSY_CRITICAL
            for name, share in shares.items()
            if known[name].demand.is_critical
        ]
        return max(_of_busier_half([*shares.values()]), _of_busier_half(critical))

    def _report(self, loads: Mapping[str, Load], now: Timestamp, busy: float) -> list[Event]:
        if self.share < 1.0 or busy > MOST_BUSY:
            self._since, self._fine = self._since or now, None
            is_due = self._open is None and now.since_s(self._since) >= REPORT_AFTER_S
            return [self._start(loads, self._since, now)] if is_due else []
        self._fine = self._fine or now
        if self._open is None:
            self._since = None
        return self._end(now) if now.since_s(self._fine) >= OVER_AFTER_S else []

    def _start(self, loads: Mapping[str, Load], since: Timestamp, now: Timestamp) -> Event:
        measures = (Measure("rate_share", round(self.rate_ratio, 2)), Measure("cameras", float(len(loads))))
        self._open = started(KIND, self._new_id(), "", began_s=since.s, at_s=now.s, utc=now.utc, measures=measures)
        return self._open

    def _end(self, now: Timestamp) -> list[Event]:
        opened, self._open, self._since = self._open, None, None
        return [] if opened is None else [ended(opened, now.s, now.utc)]


def _of_busier_half(shares: list[float]) -> float:
    return statistics.median(sorted(shares)[len(shares) // 2 :]) if shares else 0.0

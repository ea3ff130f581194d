"""The alarms of one unit, derived from its incidents.

After ISA-18.2 and EEMUA 191 (docs/alarms.md). An alarm represents one source: a camera, a kind and a place. It
stays active until all its incidents have ended and `rearm_s` has passed without another, so a source cannot
chatter. When alarms arrive faster than staff can handle them, the less urgent ones are combined into one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from passerby.contracts.alarms import FLOOD, Alarm, Shelf
from passerby.contracts.event_kinds import MOMENTARY_KINDS
from passerby.contracts.events import Event, Phase, Severity
from passerby.contracts.settings import AlarmPolicy

# A flood ends at half the rate that started it, as in EEMUA 191 (10 and 5 in ten minutes).
FLOOD_OVER_SHARE = 0.5
# Seconds between two updates of one alarm, and between two that report more people. Chosen.
UPDATE_EVERY_S, MORE_PEOPLE_EVERY_S = 60.0, 5.0
Source = tuple[str, str, str]


def clock_s(utc: str | None, at_s: float) -> float:
    """Return seconds on the common clock of all cameras: since 1970 UTC, or the recording's own."""
    return at_s if utc is None else datetime.fromisoformat(utc).timestamp()


@dataclass(slots=True)
class _Open:
    """An active alarm.

    alarm: its last line. lasting: people of each open incident. most: most people at once so far.
    """

    alarm: Alarm
    reported_s: float
    reported_people: int
    most: int
    lasting: dict[str, int] = field(default_factory=dict)
    quiet_since_s: float = 0.0


class AlarmDesk:
    """All alarms of one unit. shelves: returns the present shelves."""

    def __init__(self, policy: AlarmPolicy, shelves: Callable[[], Iterable[Shelf]] = tuple) -> None:
        self._policy, self._shelves = policy, shelves
        self._open: dict[Source, _Open] = {}
        self._of_incident: dict[str, _Open] = {}
        self._arrivals: deque[float] = deque()
        self._in_flood = False
        self._now_s = 0.0

    def __len__(self) -> int:
        return len(self._open)

    @property
    def active(self) -> tuple[Source, ...]:
        """Camera, kind and place of each active alarm; may be called from any thread."""
        return tuple(self._open)

    def take(self, event: Event, now_s: float) -> list[Alarm]:
        """Process one event at `now_s` (seconds on the unit's clock); return the lines to report."""
        reported = self.tick(now_s)
        mine = self._of_incident.get(event.id)
        if event.severity is Severity.INFO or (mine is None and event.phase is Phase.END):
            return reported
        if mine is None:  # new, or it was shelved when it began and lasts
            return reported + self._start(event)
        if event.phase is Phase.END:
            self._ended(event.id)
        return reported + self._grown(mine, event)

    def tick(self, now_s: float) -> list[Alarm]:
        """Advance the time to `now_s`; return the alarms that end."""
        self._now_s = max(self._now_s, now_s)
        while self._arrivals and self._arrivals[0] <= self._now_s - self._policy.flood_window_s:
            self._arrivals.popleft()
        if len(self._arrivals) <= FLOOD_OVER_SHARE * self._policy.flood_alarms:
            self._in_flood = False
        over = [s for s, mine in self._open.items() if self._is_over(mine)]
        return [self._say(self._open.pop(source), Phase.END) for source in over]

    def close(self) -> list[Alarm]:
        """End every alarm, because the run has ended."""
        reported = [self._say(mine, Phase.END) for mine in self._open.values()]
        self._open.clear()
        self._of_incident.clear()
        return reported

    def _start(self, event: Event) -> list[Alarm]:
        if self._is_shelved(event):
            return []
        source, mine = self._place(event)
        if mine is not None:
            return self._join(mine, event)
        return [self._raise(source, event)]

    def _place(self, event: Event) -> tuple[Source, _Open | None]:
        """Return the source of the incident, and its active alarm, if there is one."""
        own = (event.camera, event.kind, event.place)
        if own in self._open:
            return own, self._open[own]
        self._arrivals.append(self._now_s)
        self._in_flood |= len(self._arrivals) > self._policy.flood_alarms
        if self._in_flood and event.severity is not Severity.ALARM:
            return ("", FLOOD, ""), self._open.get(("", FLOOD, ""))
        return own, None

    def _raise(self, source: Source, event: Event) -> Alarm:
        camera, kind, place = source
        alarm = Alarm(
            event.id, 0, kind, Phase.START, camera, place, event.severity, event.at_s, event.utc, 1, event.people
        )
        mine = self._open[source] = _Open(alarm, self._now_s, event.people, event.people)
        self._lasts(mine, event)
        return alarm

    def _join(self, mine: _Open, event: Event) -> list[Alarm]:
        mine.alarm = replace(mine.alarm, incidents=mine.alarm.incidents + 1)
        self._lasts(mine, event)
        return self._grown(mine, event)

    def _lasts(self, mine: _Open, event: Event) -> None:
        mine.quiet_since_s = self._now_s
        if event.kind not in MOMENTARY_KINDS:
            mine.lasting[event.id] = event.people
            self._of_incident[event.id] = mine

    def _ended(self, incident: str) -> None:
        mine = self._of_incident.pop(incident)
        mine.lasting.pop(incident)
        mine.quiet_since_s = self._now_s

    def _grown(self, mine: _Open, event: Event) -> list[Alarm]:
        worse = _worse(mine.alarm.priority, event.severity)
        is_worse = worse is not mine.alarm.priority
        people = _people(mine, event)
        mine.most = max(mine.most, people)
        mine.alarm = replace(mine.alarm, priority=worse, people=people, at_s=event.at_s, utc=event.utc)
        quiet_s = MORE_PEOPLE_EVERY_S if people > mine.reported_people else UPDATE_EVERY_S
        if not is_worse and self._now_s - mine.reported_s < quiet_s:
            return []
        mine.reported_s, mine.reported_people = self._now_s, people
        return [self._say(mine, Phase.UPDATE)]

    def _say(self, mine: _Open, phase: Phase) -> Alarm:
        people = mine.most if phase is Phase.END else mine.alarm.people
        mine.alarm = replace(mine.alarm, seq=mine.alarm.seq + 1, phase=phase, people=people)
        return mine.alarm

    def _is_over(self, mine: _Open) -> bool:
        return not mine.lasting and self._now_s - mine.quiet_since_s >= self._policy.rearm_s

    def _is_shelved(self, event: Event) -> bool:
        if event.utc is None:
            return False
        return any(s.covers(event.camera, event.kind, event.place, event.utc) for s in self._shelves())


def _people(mine: _Open, event: Event) -> int:
    """Return the people of all open incidents, plus those of a momentary incident, which is never open."""
    if event.id in mine.lasting:
        mine.lasting[event.id] = event.people
    moment = event.people if event.kind in MOMENTARY_KINDS else 0
    return sum(mine.lasting.values()) + moment


def _worse(a: Severity, b: Severity) -> Severity:
    return max(a, b, key=lambda severity: severity.rank)

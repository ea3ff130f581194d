"""The alarms as staff see them: with their handling, ranked by what needs a person first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from passerby.charts.wording import lasting
from passerby.console import reasons
from passerby.contracts.alarms import Alarm, Shelf
from passerby.contracts.event_kinds import kind_of
from passerby.contracts.events import Event, EvidenceRef, Measure, Phase
from passerby.store import alarms, events, handling
from passerby.store.filters import AlarmFilter, EventFilter
from passerby.store.handling import Handling
from passerby.store.utc import now_ms, utc_ms, utc_text
from passerby.translation.current import current
from passerby.translation.current import gettext as _

# Newest alarms that are looked at; an alarm that ended longer ago than this asks nobody any more.
MOST_ALARMS = 300
ASKS_FOR_MS = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class ListedAlarm:
    """One alarm. measures: the latest of each name. people: most at once.

    began: time of its first line, RFC 3339. shelved_until: RFC 3339, None if it is not shelved.
    """

    alarm: Alarm
    handling: Handling
    measures: tuple[Measure, ...]
    people: int
    evidence: EvidenceRef | None
    began: str | None
    shelved_until: str | None
    now_ms: int

    @property
    def title(self) -> str:
        """The name of its kind."""
        return reasons.title(self.alarm.kind)

    @property
    def reason(self) -> str:
        """What was measured, in words."""
        return reasons.reason(self.alarm, self.people, {m.name: m for m in self.measures})

    @property
    def where(self) -> str:
        """Its camera, or what it is about if that is not one camera."""
        return self.alarm.camera or (_("the unit") if kind_of(self.alarm.kind).of_state else _("several cameras"))

    @property
    def is_active(self) -> bool:
        """Whether its condition still holds."""
        return self.alarm.phase is not Phase.END

    @property
    def age(self) -> str:
        """Time since it began, "" for a recording."""
        return "" if self.began is None else lasting(max(0, self.now_ms - utc_ms(self.began)) / 1000)

    @property
    def state(self) -> str:
        """Word for the state of ISA-18.2 that it is in."""
        if self.handling.resolved:
            return _("resolved")
        if self.shelved_until:
            return _("shelved")
        if self.handling.acknowledged:
            return _("acknowledged")
        return _("new") if self.is_active else _("ended, not acknowledged")

    @property
    def is_unseen(self) -> bool:
        """Whether nobody has dealt with it."""
        return not (self.handling.resolved or self.shelved_until or self.handling.acknowledged)

    @property
    def asks(self) -> bool:
        """Whether somebody still has to look at it."""
        if self.handling.resolved:
            return False
        if self.is_active:
            return True
        is_recent = self.alarm.utc is None or self.now_ms - utc_ms(self.alarm.utc) < ASKS_FOR_MS
        return self.handling.acknowledged is None and is_recent and not self.shelved_until

    @property
    def rank(self) -> tuple[bool, bool, int, bool]:
        """Order of the list: what nobody looked at first, then by priority, then what still lasts."""
        return (
            self.shelved_until is not None,
            self.handling.acknowledged is not None,
            -self.alarm.priority.rank,
            not self.is_active,
        )


def listed(connection: sqlite3.Connection, shelves: Sequence[Shelf], last: int = MOST_ALARMS) -> list[ListedAlarm]:
    """Return the newest alarms, the newest first."""
    found = list(alarms.query(connection, AlarmFilter(last=last)))
    return sorted(joined(connection, found[::-1], shelves), key=lambda one: one.began or "", reverse=True)


def one(connection: sqlite3.Connection, id_: str, shelves: Sequence[Shelf]) -> ListedAlarm | None:
    """Return one alarm, None if there is none with that id."""
    found = list(alarms.query(connection, AlarmFilter(id=(id_,))))
    return next(iter(joined(connection, found, shelves)), None)


def asking(found: Iterable[ListedAlarm]) -> list[ListedAlarm]:
    """Return the alarms that somebody has to look at, the most urgent first."""
    return sorted((a for a in found if a.asks), key=lambda a: a.rank)


def joined(connection: sqlite3.Connection, found: Sequence[Alarm], shelves: Sequence[Shelf]) -> list[ListedAlarm]:
    """Return the alarms with what was measured and done about them, in the given order."""
    ids = tuple(alarm.id for alarm in found)
    if not ids:
        return []
    acts = handling.of_alarms(connection, ids)
    lines: dict[str, list[Event]] = {}
    for event in events.query(connection, EventFilter(id=ids)):
        lines.setdefault(event.id, []).append(event)
    now = now_ms()
    return [
        _listed(alarm, acts.get(alarm.id, Handling()), lines.get(alarm.id, []), shelves, now) for alarm in found
    ]


def _listed(
    alarm: Alarm, acts: Handling, lines: Sequence[Event], shelves: Sequence[Shelf], now: int
) -> ListedAlarm:
    moment = utc_text(now)
    shelf = next((s for s in shelves if s.covers(alarm.camera, alarm.kind, alarm.place, moment)), None)
    return ListedAlarm(
        alarm,
        acts,
        tuple({m.name: m for event in lines for m in event.measures}.values()),
        max([alarm.people, *(event.people for event in lines)]),
        next((event.evidence for event in lines if event.evidence is not None), None),
        lines[0].utc if lines else alarm.utc,
        shelf.until_utc if shelf else None,
        now,
    )


def local_time(utc: str | None, zone: str) -> str:
    """Return a time of day and date for people in the unit's time zone, "" for a recording."""
    if utc is None:
        return ""
    local = datetime.fromisoformat(utc).astimezone(ZoneInfo(zone) if zone else UTC)
    return f"{local_day(local)} {local:%H:%M:%S}"


def local_day(day: date) -> str:
    """Return a day as it is written in the current language."""
    return day.strftime(current().date)

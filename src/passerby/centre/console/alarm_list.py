"""The alarms of all stations: with what the control room did, ranked by what needs a person first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import HTTPException, Request

from passerby.centre.console.ports import AlarmWanted, ReportedAlarm
from passerby.centre.console.services import CentreServices, centre, user
from passerby.console.alarm_list import ListedAlarm
from passerby.store import handling
from passerby.store.handling import Handling
from passerby.store.utc import now_ms, utc_text
from passerby.translation.current import gettext as _


@dataclass(frozen=True, slots=True)
class StationAlarm:
    """One alarm with its station. listed: as a unit's console shows it, with the acts of the control room."""

    reported: ReportedAlarm
    listed: ListedAlarm

    @property
    def where(self) -> str:
        """Its station and camera."""
        return f"{self.reported.station} · {self.listed.where}"


def found(request: Request, wanted: AlarmWanted) -> list[StationAlarm]:
    """Return the alarms that the user may see, in the wanted order."""
    known = centre(request)
    return joined(known, known.ports.reported.alarms(user(request).reach, wanted))


def one(request: Request, alarm: str) -> StationAlarm:
    """Return one alarm. Raises HTTPException 404 if there is none, or none that the user may see."""
    of_id = found(request, AlarmWanted(id=alarm, last=1))
    if not of_id:
        raise HTTPException(404, _("there is no such alarm"))
    return of_id[0]


def joined(known: CentreServices, reported: Sequence[ReportedAlarm]) -> list[StationAlarm]:
    """Return alarms with what was done about them, in the given order."""
    with known.store.reading() as connection:
        acts = handling.of_alarms(connection, [one.alarm.id for one in reported])
    now = now_ms()
    return [StationAlarm(one, _listed(one, acts.get(one.alarm.id, Handling()), now)) for one in reported]


def _listed(reported: ReportedAlarm, acts: Handling, now: int) -> ListedAlarm:
    lines, alarm, shelved_ms = reported.events, reported.alarm, acts.shelved_until_ms
    return ListedAlarm(
        alarm,
        acts,
        tuple({m.name: m for event in lines for m in event.measures}.values()),
        max([alarm.people, *(event.people for event in lines)]),
        next((event.evidence for event in reversed(lines) if event.evidence is not None), None),
        lines[0].utc if lines else alarm.utc,
        utc_text(shelved_ms) if shelved_ms is not None and shelved_ms > now else None,
        now,
    )


def asking(alarms: Sequence[StationAlarm]) -> list[StationAlarm]:
    """Return the alarms that somebody has to look at, the most urgent first, of these the newest."""
    newest = sorted(alarms, key=lambda a: a.listed.began or "", reverse=True)
    return sorted((a for a in newest if a.listed.asks), key=lambda a: a.listed.rank)

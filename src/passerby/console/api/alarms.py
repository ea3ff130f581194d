"""Alarms, and what staff do about them: through the same functions as the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from passerby.console import alarm_list, handle
from passerby.console.alarm_list import ListedAlarm
from passerby.console.api.answers import example
from passerby.console.api.paging import ItemPage, Names, WindowQuery, page_of
from passerby.console.handle import ActRequest
from passerby.console.services import person, services
from passerby.contracts.alarms import LONGEST_NOTE, ActName, Alarm, Shelf
from passerby.contracts.events import EvidenceRef, Measure
from passerby.store import alarms, shelves
from passerby.store.alarms import ALARMS
from passerby.store.filters import AlarmFilter
from passerby.store.handling import AlarmAct
from passerby.store.shelves import SHELVES

router = APIRouter(prefix="/api/v1/alarms", tags=["alarms"])
EXAMPLE = {
    "alarm": {
        "id": "01KXA7R2VJ4W0F3M9S5T6Q8B1C",
        "seq": 0,
        "kind": "fast_movement",
        "phase": "start",
        "camera": "passage-b",
        "place": "passage",
        "priority": "warning",
        "at_s": 12.5,
        "utc": "2026-03-01T07:45:12.500Z",
        "incidents": 1,
        "people": 1,
    },
    "title": "Fast movement",
    "reason": "Moving 3.1 ± 0.1 m/s in passage",
    "state": "new",
    "began": "2026-03-01T07:45:12.500Z",
    "shelved_until": None,
    "measures": [{"name": "speed", "value": 3.1, "unit": "m/s", "sd": 0.1}],
    "evidence": None,
    "acts": [],
}


class AlarmQuery(WindowQuery):
    """Which alarms."""

    camera: Names = ()
    kind: Names = ()
    place: Names = ()
    priority: Names = ()
    open_only: bool = Field(default=False, description="only alarms that have not ended")


class ActBody(BaseModel):
    """One act on an alarm. A resolution and a shelf need a reason, a hand-over a note, escalating a recipient."""

    model_config = ConfigDict(extra="forbid")
    act: ActName
    note: str = Field(default="", max_length=LONGEST_NOTE, description="reason or message; describe no person")
    minutes: int = Field(default=30, ge=1, le=handle.LONGEST_SHELF_MIN, description="duration of a shelf, minutes")
    recipient: str = Field(default="", max_length=64, description="of the configuration, who is informed")


@dataclass(frozen=True, slots=True)
class ApiAlarm:
    """One alarm. state: its state by ISA-18.2 in words. began, shelved_until: RFC 3339.

    measures, evidence: of its first incident. acts: what staff did, the oldest first.
    """

    alarm: Alarm
    title: str
    reason: str
    state: str
    began: str | None
    shelved_until: str | None
    measures: tuple[Measure, ...]
    evidence: EvidenceRef | None
    acts: tuple[AlarmAct, ...]


@router.get("", responses=example({"items": [EXAMPLE], "next": None}))
def list_alarms(request: Request, wanted: Annotated[AlarmQuery, Query()]) -> ItemPage[ApiAlarm]:
    """List alarms, the newest first."""
    since, until = wanted.times()
    chosen = AlarmFilter(
        camera=wanted.camera,
        kind=wanted.kind,
        place=wanted.place,
        priority=wanted.priority,
        since=since,
        until=until,
        open_only=wanted.open_only,
    )
    where = alarms.conditions(chosen)
    where.before_row(wanted.before)
    with services(request).ports.store.reading() as connection:
        found = page_of(ALARMS.newest(connection, where, wanted.limit + 1), wanted.limit)
        listed = alarm_list.joined(connection, found.items, _shelves(request))
    return ItemPage(items=[_answer(one) for one in listed], next=found.next)


@router.get("/{alarm}", responses=example(EXAMPLE, 404))
def one_alarm(request: Request, alarm: str) -> ApiAlarm:
    """Return one alarm."""
    with services(request).ports.store.reading() as connection:
        found = alarm_list.one(connection, alarm, _shelves(request))
    if found is None:
        raise HTTPException(404, "there is no alarm with this id")
    return _answer(found)


@router.post("/{alarm}/acts", responses=example(EXAMPLE, 400, 404))
def act(request: Request, alarm: str, body: ActBody) -> ApiAlarm:
    """Acknowledge, rate, resolve, reopen, hand over or shelve an alarm; return it as it is then."""
    wanted = ActRequest(
        alarm, body.act, body.note.strip(), body.minutes, person(request).actor, recipient=body.recipient
    )
    handle.perform(services(request).ports, wanted)
    return one_alarm(request, alarm)


def _shelves(request: Request) -> tuple[Shelf, ...]:
    return shelves.load(services(request).ports.results / SHELVES)


def _answer(one: ListedAlarm) -> ApiAlarm:
    return ApiAlarm(
        one.alarm,
        one.title,
        one.reason,
        one.state,
        one.began,
        one.shelved_until,
        one.measures,
        one.evidence,
        one.handling.acts,
    )

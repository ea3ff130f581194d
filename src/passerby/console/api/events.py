"""Events: what was seen, in the form of events.jsonl."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import Field

from passerby.console.api.answers import example
from passerby.console.api.paging import ItemPage, Names, WindowQuery, page_of
from passerby.console.services import services
from passerby.contracts.events import Event
from passerby.store import events
from passerby.store.events import EVENTS
from passerby.store.filters import EventFilter

router = APIRouter(prefix="/api/v1/events", tags=["events"])
EVENT = {
    "id": "01KXA7R2VJ4W0F3M9S5T6Q8B1C",
    "seq": 0,
    "kind": "fast_movement",
    "phase": "start",
    "camera": "platform-1",
    "place": "platform",
    "began_s": 11.5,
    "at_s": 12.5,
    "utc": "2026-03-01T07:45:12.500Z",
    "people": 1,
    "severity": "warning",
    "measures": [{"name": "speed", "value": 2.9, "unit": "m/s", "sd": 0.2}],
    "evidence": None,
    "schema": 1,
}


class EventQuery(WindowQuery):
    """Which events."""

    camera: Names = ()
    kind: Names = ()
    place: Names = ()
    severity: Names = ()
    open_only: bool = Field(default=False, description="only the newest event of each incident without an end")


@router.get("", responses=example({"items": [EVENT], "next": "4711"}))
def list_events(request: Request, wanted: Annotated[EventQuery, Query()]) -> ItemPage[Event]:
    """List events, the newest first."""
    since, until = wanted.times()
    chosen = EventFilter(
        camera=wanted.camera,
        kind=wanted.kind,
        place=wanted.place,
        severity=wanted.severity,
        since=since,
        until=until,
        open_only=wanted.open_only,
    )
    where = events.conditions(chosen)
    where.before_row(wanted.before)
    with services(request).ports.store.reading() as connection:
        return page_of(EVENTS.newest(connection, where, wanted.limit + 1), wanted.limit)


@router.get("/{event}", responses=example([EVENT], 404))
def one_event(request: Request, event: str) -> list[Event]:
    """Return the lines of one incident: its start, its updates and its end."""
    with services(request).ports.store.queries() as queries:
        found = list(queries.events(EventFilter(id=(event,))))
    if not found:
        raise HTTPException(404, "there is no event with this id")
    return found

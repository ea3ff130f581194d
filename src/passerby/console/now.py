"""The first page: what asks for attention now, and whether everything is watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from passerby.console import alarm_list, reasons, unit_state
from passerby.console.alarm_list import ListedAlarm
from passerby.console.escalate import recipients
from passerby.console.plan import plans
from passerby.console.services import person, services
from passerby.contracts.alarms import Shelf
from passerby.store.shelves import Shelves
from passerby.store.utc import now_ms, utc_text
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
MOST_SHOWN, MOST_TILES = 50, 4


@router.get("/")
def now(request: Request) -> Response:
    """Show the page."""
    return _show(request, "now.html.j2")


@router.get("/now/alarms")
def alarms_part(request: Request) -> Response:
    """Return the list of alarms alone, for a page that is open."""
    return _show(request, "now_alarms.html.j2")


@router.get("/now/state")
def state_part(request: Request) -> Response:
    """Return the state of cameras and places alone, for a page that is open."""
    return _show(request, "now_state.html.j2")


def _show(request: Request, template: str) -> Response:
    known = services(request)
    unit = known.ports.status.unit()
    with known.ports.store.reading() as connection:
        shelved = Shelves(known.ports.results)()
        found = alarm_list.listed(connection, shelved)
        state = unit_state.state(connection, unit, found)
    asking = alarm_list.asking(found)
    alarmed = [a.alarm.camera for a in asking if a.is_active]
    values: dict[str, Any] = {
        "alarms": asking[:MOST_SHOWN],
        "more": max(0, len(asking) - MOST_SHOWN),
        "new": sum(a.is_unseen for a in asking),
        "state": state,
        "plans": plans(known.ports.status, state.places, alarmed if person(request).may("live") else ()),
        "recipients": recipients(unit),
        "shelved": [shelf_now(shelf, unit.timezone) for shelf in shelved if shelf.until_utc > utc_text(now_ms())],
        "tiles": tiles([camera.name for camera in unit.cameras], asking),
    }
    return known.pages.show(request, template, values)


@dataclass(frozen=True, slots=True)
class ShelfNow:
    """A shelf as a line of the page. what: in words. until: local time of day."""

    shelf: Shelf
    what: str
    until: str


def shelf_now(shelf: Shelf, zone: str) -> ShelfNow:
    """Return the line of a shelf; a shelf without a kind is for a whole camera or place."""
    kind = reasons.title(shelf.kind) if shelf.kind else _("All alarms")
    where = ", ".join(name for name in (shelf.camera, shelf.place) if name)
    until = alarm_list.local_time(shelf.until_utc, zone).removesuffix(":00")
    return ShelfNow(shelf, f"{kind}: {where}" if where else kind, until)


def tiles(cameras: list[str], asking: list[ListedAlarm]) -> list[str]:
    """Return the cameras to show live: those of the most urgent alarms, then the others, MOST_TILES in all."""
    concerned = [a.alarm.camera for a in asking if a.alarm.camera in cameras]
    return list(dict.fromkeys([*concerned, *cameras]))[:MOST_TILES]

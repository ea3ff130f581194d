"""The first page: what asks for attention now, and whether everything is watched."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from passerby.console import alarm_list, unit_state
from passerby.console.alarm_list import ListedAlarm
from passerby.console.services import services
from passerby.store.shelves import Shelves

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
        found = alarm_list.listed(connection, Shelves(known.ports.results)())
        state = unit_state.state(connection, unit, found)
    asking = alarm_list.asking(found)
    values: dict[str, Any] = {
        "alarms": asking[:MOST_SHOWN],
        "more": max(0, len(asking) - MOST_SHOWN),
        "new": sum(a.state in ("new", "ended, not acknowledged") for a in asking),
        "state": state,
        "tiles": tiles([camera.name for camera in unit.cameras], asking),
    }
    return known.pages.show(request, template, values)


def tiles(cameras: list[str], asking: list[ListedAlarm]) -> list[str]:
    """Return the cameras to show live: those of the most urgent alarms, then the others, MOST_TILES in all."""
    concerned = [a.alarm.camera for a in asking if a.alarm.camera in cameras]
    return list(dict.fromkeys([*concerned, *cameras]))[:MOST_TILES]

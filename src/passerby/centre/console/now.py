"""The first page: what asks for attention at all stations, and which units are silent."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from passerby.centre.console import alarm_list, unit_list
from passerby.centre.console.ports import AlarmWanted
from passerby.centre.console.services import centre, user

router = APIRouter(include_in_schema=False)
MOST_SHOWN, MOST_LOOKED_AT = 100, 500
Name = Annotated[str, Query(max_length=200)]


@router.get("/")
def now(request: Request, line: Name = "", station: Name = "") -> Response:
    """Show the page."""
    state = _state(request)
    values = {
        **_alarms(request, line, station),
        **state,
        "lines": sorted({one.line for one in state["stations"] if one.line}),
        "chosen_line": line,
        "chosen_station": station,
        "recipients": (),
    }
    return centre(request).pages.show(request, "centre_now.html.j2", values)


@router.get("/now/alarms")
def alarms_part(request: Request, line: Name = "", station: Name = "") -> Response:
    """Return the list of alarms alone, for a page that is open."""
    return centre(request).pages.show(request, "centre_now_alarms.html.j2", _alarms(request, line, station))


@router.get("/now/state")
def state_part(request: Request) -> Response:
    """Return the state of the stations alone, for a page that is open."""
    return centre(request).pages.show(request, "centre_now_state.html.j2", _state(request))


def _alarms(request: Request, line: str, station: str) -> dict[str, Any]:
    wanted = AlarmWanted(line, station, last=MOST_LOOKED_AT, is_urgent_first=True)
    asking = alarm_list.asking(alarm_list.found(request, wanted))
    return {
        "alarms": asking[:MOST_SHOWN],
        "more": max(0, len(asking) - MOST_SHOWN),
        "new": sum(a.listed.is_unseen for a in asking),
    }


def _state(request: Request) -> dict[str, Any]:
    stations = unit_list.stations(unit_list.found(request))
    return {"stations": stations, "is_granted_only": user(request).is_granted_only}

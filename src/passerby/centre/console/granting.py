"""Opening an incident to emergency services for a time, and closing it before."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from passerby.centre.console import alarm_list
from passerby.centre.console.services import centre, user
from passerby.console.inside import inside
from passerby.store import grants
from passerby.store.grants import LONGEST_GRANT_MIN, LONGEST_REASON
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)


@router.post("/alarms/{alarm}/grants")
def grant(
    request: Request,
    alarm: str,
    name: Annotated[str, Form(max_length=64)],
    reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "",
    minutes: Annotated[int, Form(ge=1, le=LONGEST_GRANT_MIN)] = 60,
) -> Response:
    """Let an account of emergency services see this alarm until the time is over."""
    found, who = alarm_list.one(request, alarm).reported.alarm.id, user(request).actor
    centre(request).store.write(lambda c: grants.grant(c, name, found, reason.strip(), minutes, who))
    return RedirectResponse(inside(request, f"/alarms/{alarm}"), 303)


@router.post("/alarms/{alarm}/grants/{grant}/end")
def end(request: Request, alarm: str, grant: str) -> Response:
    """End a grant before its time."""
    found, who, known = alarm_list.one(request, alarm).reported.alarm.id, user(request).actor, centre(request)
    with known.store.reading() as connection:
        row = next((one.row for one in grants.of_alarm(connection, found) if str(one.row) == grant), None)
    if row is None:
        raise HTTPException(404, _("there is no such grant"))
    known.store.write(lambda c: grants.end(c, row, who))
    return RedirectResponse(inside(request, f"/alarms/{alarm}"), 303)

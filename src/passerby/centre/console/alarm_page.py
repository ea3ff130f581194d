"""The page of one alarm of any station, and what staff of the control room do about it."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from passerby.centre.console import alarm_list
from passerby.centre.console.services import centre, user
from passerby.charts.wording import labelled
from passerby.console.alarm_list import local_time
from passerby.console.alarm_pages import moments
from passerby.console.inside import inside
from passerby.console.problems import wants_page
from passerby.contracts.alarms import LONGEST_NOTE
from passerby.contracts.errors import UsageError
from passerby.contracts.reports import SentAct
from passerby.store import grants, handling, scopes
from passerby.store.scopes import Organisation
from passerby.store.utc import now_ms
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
NEED_NOTE = ("resolved", "handed_over")


@router.get("/alarms/{alarm}")
def one_alarm(request: Request, alarm: str, pictures: Annotated[bool, Query()] = False) -> Response:
    """Show one alarm; its pictures only if they are asked for, as each look is audited."""
    found = alarm_list.one(request, alarm)
    known, zone = centre(request), centre(request).ports.timezone
    values: dict[str, Any] = {
        "it": found,
        "measures": labelled(found.listed.measures),
        "moments": moments(found.listed, found.reported.events, (), zone),
        "began": local_time(found.listed.began, zone),
        "zone": zone,
        "pictures": pictures,
        "recipients": (),
        "local_time": local_time,
        **_granting(request, alarm),
    }
    return known.pages.show(request, "centre_alarm.html.j2", values)


def _granting(request: Request, alarm: str) -> dict[str, Any]:
    """Return the grants of an alarm, and the accounts that may get one, for those who may grant."""
    if not user(request).may("handle"):
        return {"grants": [], "services": [], "now_ms": 0}
    with centre(request).store.reading() as connection:
        emergency = [
            name
            for name, scope in scopes.scopes(connection).items()
            if scope.organisation is Organisation.EMERGENCY_SERVICES
        ]
        return {"grants": grants.of_alarm(connection, alarm), "services": emergency, "now_ms": now_ms()}


@router.post("/alarms/{alarm}/acts")
def act(
    request: Request,
    alarm: str,
    act: Annotated[str, Form(max_length=20)],
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
) -> Response:
    """Do it, and show the alarm again."""
    if act not in get_args(SentAct):
        raise UsageError(_("this is done at the unit; use one of %(acts)s", acts=", ".join(get_args(SentAct))))
    perform(request, alarm, act, note)  # type: ignore[arg-type]
    if not wants_page(request):
        return Response(status_code=204)
    return RedirectResponse(inside(request, f"/alarms/{alarm}"), 303)


def perform(request: Request, alarm: str, name: SentAct, note: str) -> None:
    """Store an act. Raises HTTPException 404 for an alarm out of reach, UsageError for a missing text."""
    found, who = alarm_list.one(request, alarm), user(request).actor
    if name in NEED_NOTE and not note.strip():
        raise UsageError(_("give a reason"))
    id_ = found.reported.alarm.id
    centre(request).store.write(lambda c: handling.add_known(c, id_, name, who, note.strip()))

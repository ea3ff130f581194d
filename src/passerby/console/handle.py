"""What staff do about an alarm: acknowledge, rate, resolve, reopen, hand over, shelve."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_args
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from passerby.console import alarm_list
from passerby.console.escalate import escalate
from passerby.console.inside import inside
from passerby.console.places import known_camera
from passerby.console.ports import ConsolePorts
from passerby.console.problems import wants_page
from passerby.console.services import person, services
from passerby.contracts.alarms import LONGEST_NOTE, ActName, Shelf
from passerby.contracts.errors import UsageError
from passerby.store import audit, handling, shelves
from passerby.store.audit import Act
from passerby.store.shelves import SHELVES
from passerby.store.unshelving import unshelve
from passerby.store.utc import now_ms, utc_text
from passerby.translation.current import gettext as _
from passerby.translation.current import marked

router = APIRouter(include_in_schema=False)
# Acts that need a text, and what it is.
_NEEDS_NOTE = {
    "resolved": marked("give a reason"),
    "handed_over": marked("give a note"),
    "shelved": marked("give a reason"),
}
LONGEST_SHELF_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class ActRequest:
    """One act as asked for.

    minutes, whole_camera: of shelving; a whole camera is shelved while it is repaired. recipient: of escalating.
    """

    alarm: str
    act: ActName
    note: str
    minutes: int
    actor: str
    whole_camera: bool = False
    recipient: str = ""


@router.post("/alarms/{alarm}/acts")
def handle(
    request: Request,
    alarm: str,
    act: Annotated[str, Form(max_length=20)],
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
    minutes: Annotated[int, Form()] = 30,
    whole_camera: Annotated[bool, Form()] = False,
    recipient: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Do it, and show the alarm again."""
    if act not in get_args(ActName):
        raise UsageError(f"{act} is no act on an alarm; use one of {', '.join(get_args(ActName))}")
    who = person(request).actor
    wanted = ActRequest(alarm, act, note.strip(), minutes, who, whole_camera, recipient)  # type: ignore[arg-type]
    perform(services(request).ports, wanted)
    if not wants_page(request):
        return Response(status_code=204)
    return RedirectResponse(inside(request, f"/alarms/{alarm}"), 303)


def perform(ports: ConsolePorts, wanted: ActRequest) -> None:
    """Store an act. Raises HTTPException 404 for an unknown alarm, UsageError for a missing text or time."""
    needed = _NEEDS_NOTE.get(wanted.act)
    if needed and not wanted.note:
        raise UsageError(_(needed))
    if wanted.act == "shelved" and not 1 <= wanted.minutes <= LONGEST_SHELF_MIN:
        raise UsageError(_("an alarm can be shelved for 1 minute to 24 hours"))
    if wanted.act == "escalated":
        escalate(ports, wanted.alarm, wanted.recipient, wanted.note, wanted.actor)
        return
    ports.store.write(lambda c: _store(c, ports.results, wanted))


def _store(connection: sqlite3.Connection, results: Path, wanted: ActRequest) -> None:
    found = alarm_list.one(connection, wanted.alarm, ())
    if found is None:
        raise HTTPException(404, _("there is no such alarm"))
    if wanted.act != "shelved":
        handling.add(connection, wanted.alarm, wanted.act, wanted.actor, wanted.note)
        return
    until_ms, about = now_ms() + wanted.minutes * 60_000, found.alarm
    until = utc_text(until_ms)
    note = f"until {until}: {wanted.note}"
    handling.add(connection, wanted.alarm, wanted.act, wanted.actor, note, until_ms=until_ms)
    if wanted.whole_camera and not about.camera:
        raise UsageError(_("this alarm is not about one camera; shelve its kind only"))
    kind, place = ("", "") if wanted.whole_camera else (about.kind, about.place)
    shelves.add(results / SHELVES, Shelf(until, wanted.note, wanted.actor, about.camera, kind, place))


@router.post("/cameras/{camera}/maintenance")
def maintain(
    request: Request,
    camera: str,
    hours: Annotated[float, Form(gt=0, le=LONGEST_SHELF_MIN / 60)],
    reason: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
) -> Response:
    """Shelve all alarms of a camera while it is repaired."""
    ports, actor, why = services(request).ports, person(request).actor, reason.strip()
    known_camera(request, camera)
    if not why:
        raise UsageError(_("give a reason"))
    until = utc_text(now_ms() + round(3_600_000 * hours))

    def begin(connection: sqlite3.Connection) -> None:
        audit.record(connection, actor, Act.SHELVED, camera, f"until {until}: {why}")
        shelves.add(ports.results / SHELVES, Shelf(until, why, actor, camera, "", ""))

    ports.store.write(begin)
    return RedirectResponse(inside(request, f"/cameras/{quote(camera)}"), 303)


@router.post("/shelves/end")
def end_shelf(
    request: Request,
    camera: Annotated[str, Form(max_length=64)] = "",
    kind: Annotated[str, Form(max_length=64)] = "",
    place: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """End the shelving of these alarms before its time is over."""
    ports, actor = services(request).ports, person(request).actor
    ports.store.write(lambda c: unshelve(c, ports.results / SHELVES, camera, kind, place, actor))
    if not wants_page(request):
        return Response(status_code=204)
    return RedirectResponse(inside(request, "/"), 303)

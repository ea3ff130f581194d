"""Stills and clips of an alarm. Files are found by their record; each look is in the audit log."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import FileResponse, Response

from passerby.console.services import person, services
from passerby.store.evidence import Kept
from passerby.translation.current import gettext as _
from passerby.translation.current import marked

router = APIRouter(include_in_schema=False)
# Of a program such as a control room: the name of its user, percent-encoded, for the audit log.
FOR_WHOM, LONGEST_NAME = "passerby-for", 200
_TYPES = {"still": "image/jpeg", "clip": "video/mp4"}
NAMES = {
    "still": marked("still picture"),
    "clip": marked("clip"),
    "video": marked("video"),
    "report": marked("report"),
}


@router.get("/alarms/{alarm}/still")
def still(request: Request, alarm: str) -> Response:
    """Return the redacted still of the alarm's first incident."""
    return _file(request, alarm, "still")


@router.get("/alarms/{alarm}/clip")
def clip(request: Request, alarm: str) -> Response:
    """Return its redacted clip; parts of it by Range."""
    return _file(request, alarm, "clip")


def _file(request: Request, alarm: str, kind: str) -> Response:
    ports = services(request).ports
    with ports.store.queries() as queries:
        found = [kept for kept in queries.evidence(alarm) if kept.kind == kind]
    if not found:
        raise HTTPException(404, _("this alarm has no %(kind)s", kind=_(NAMES[kind])))
    path = present(ports.results, found[-1])
    services(request).looks.note(person(request), found[-1].path, _for_whom(request))
    headers = {"Cache-Control": "private, max-age=600", "Content-Disposition": "inline"}
    return FileResponse(path, media_type=_TYPES[kind], headers=headers)


def _for_whom(request: Request) -> str:
    """Return for whom a program asks, "" for a person: nobody looks in the name of another one."""
    said = unquote(request.headers.get(FOR_WHOM, "")) if person(request).granted is not None else ""
    return "".join(letter for letter in said if letter.isprintable())[:LONGEST_NAME]


def present(results: Path, kept: Kept) -> Path:
    """Return the path of a file of evidence. Raises HTTPException 410 if it was removed, 404 if it is missing."""
    if kept.gone_ms is not None:
        raise HTTPException(
            410, _("the %(kind)s was removed: %(why)s", kind=_(NAMES[kept.kind]), why=kept.gone_why)
        )
    if not there(results, kept):
        raise HTTPException(404, _("the %(kind)s is not on the disk any more", kind=_(NAMES[kept.kind])))
    return results / kept.path


def there(results: Path, kept: Kept) -> bool:
    """Return whether a file of evidence is on the disk: a slow disk may have refused it after its record."""
    path = results / kept.path
    return path.resolve().is_relative_to(results.resolve()) and path.is_file()

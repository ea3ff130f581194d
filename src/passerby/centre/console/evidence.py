"""Stills and clips from the unit on request: audited here and there, bound to an alarm, never stored."""

from __future__ import annotations

from collections.abc import Iterator
from threading import BoundedSemaphore
from typing import get_args

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response, StreamingResponse

from passerby.centre.console import alarm_list
from passerby.centre.console.ports import PictureAnswer, PictureKind, PictureRequest
from passerby.centre.console.services import centre, user
from passerby.console.evidence import NAMES
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
MOST_STREAMS = 16
LONGEST_RANGE = 100
TYPES: dict[PictureKind, str] = {"still": "image/jpeg", "clip": "video/mp4"}
_PASSED_ON = ("content-length", "content-range", "accept-ranges")
assert set(TYPES) == set(get_args(PictureKind))


@router.get("/alarms/{alarm}/still")
def still(request: Request, alarm: str) -> Response:
    """Return the redacted still of an alarm, from its unit."""
    return _from_unit(request, alarm, "still")


@router.get("/alarms/{alarm}/clip")
def clip(request: Request, alarm: str) -> Response:
    """Return its redacted clip, from its unit; parts of it by Range."""
    return _from_unit(request, alarm, "clip")


def _from_unit(request: Request, alarm: str, kind: PictureKind) -> Response:
    reported = alarm_list.one(request, alarm).reported
    known, who = centre(request), user(request)
    asked = request.headers.get("range", "")[:LONGEST_RANGE]
    if not known.streams.acquire(blocking=False):
        raise HTTPException(503, _("too many pictures are on their way; try again in a moment"))
    try:
        known.looks.note(who, f"{reported.unit}: {kind} of {reported.alarm.id}")  # without an entry, no picture
        answer = known.ports.pictures.ask(PictureRequest(reported.unit, reported.alarm.id, kind, who.actor, asked))
        _check(answer, kind)
    except BaseException:
        known.streams.release()
        raise
    return _streamed(answer, kind, known.streams)


def _check(answer: PictureAnswer, kind: PictureKind) -> None:
    """Raise HTTPException for an answer without a picture; what the unit removed is gone here, too."""
    if answer.status in (200, 206):
        return
    for _chunk in answer.chunks:  # closes the connection
        break
    if answer.status == 410:
        raise HTTPException(410, _("the unit has removed the %(kind)s", kind=_(NAMES[kind])))
    if answer.status == 404:
        raise HTTPException(404, _("this alarm has no %(kind)s", kind=_(NAMES[kind])))
    raise HTTPException(502, _("the unit refused (%(status)s)", status=answer.status))


def _streamed(answer: PictureAnswer, kind: PictureKind, streams: BoundedSemaphore) -> Response:
    passed = {name: value for name, value in answer.headers.items() if name.lower() in _PASSED_ON}
    headers = {**passed, "Cache-Control": "no-store", "Content-Disposition": "inline"}
    body = _releasing(answer, streams)
    next(body)  # begun, so that its end is reached even if the browser leaves at once
    return StreamingResponse(body, answer.status, headers, TYPES[kind])


def _releasing(answer: PictureAnswer, streams: BoundedSemaphore) -> Iterator[bytes]:
    try:
        yield b""
        yield from answer.chunks
    finally:
        streams.release()

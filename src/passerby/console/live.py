"""Live pictures: redacted JPEG images that a page asks for again and again."""

from __future__ import annotations

import json
import secrets
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from passerby.console.services import Services, person, services
from passerby.console.users import ConsoleUser
from passerby.contracts.live import LivePicture
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
MOST_TILES = 16
# Number of the picture that the page shows, "" for none, and camera.
TileText = Annotated[str, Query(max_length=120, pattern="^[0-9]*:")]


@router.get("/live")
def tiles(request: Request, tile: Annotated[list[TileText], Query(max_length=MOST_TILES)]) -> Response:
    """Return the newest redacted pictures of several cameras as multipart/form-data.

    The part `tiles` is a list in the order of the request: status as of `live`, number and age_s of the picture.
    The other parts are the pictures that the page does not show, named by their places in the list. This takes
    little more processor time than a request for one picture.
    """
    known, who = _admitted(request)
    cameras = _cameras(known)
    states: list[dict[str, float]] = []
    parts = []
    for place, (shown, _colon, camera) in enumerate(text.partition(":") for text in tile):
        picture = _picture(known, who, camera) if camera in cameras else None
        if picture is None:
            states.append({"status": 204 if camera in cameras else 404})
            continue
        is_new = str(picture.number) != shown
        states.append({"status": 200 if is_new else 304, "number": picture.number, "age_s": _age(picture)})
        parts += [(str(place), "image/jpeg", picture.jpeg)] if is_new else []
    return _form(("tiles", "application/json", json.dumps(states).encode()), *parts)


@router.get("/live/{camera}")
def live(request: Request, camera: str) -> Response:
    """Return the newest redacted picture of a camera; 304 if the browser has it, 204 if there is none so far.

    X-Age-S is its age in seconds.
    """
    if camera not in _cameras(services(request)):
        raise HTTPException(404, _("there is no camera of that name"))
    picture = _picture(*_admitted(request), camera)
    if picture is None:
        return Response(status_code=204)
    headers = {"ETag": f'"{picture.number}"', "X-Age-S": str(_age(picture))}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(picture.jpeg, media_type="image/jpeg", headers=headers)


def _cameras(known: Services) -> set[str]:
    return {one.name for one in known.ports.status.unit().cameras}


def _admitted(request: Request) -> tuple[Services, ConsoleUser]:
    known, who = services(request), person(request)
    if not known.viewers.admit(who.session.csrf):
        raise HTTPException(503, _("too many people watch live at the moment; try again later"))
    return known, who


def _picture(known: Services, who: ConsoleUser, camera: str) -> LivePicture | None:
    known.looks.note(who, f"live {camera}")
    return known.ports.live.picture(camera)


def _age(picture: LivePicture) -> float:
    return round(picture.elapsed_s, 1)


def _form(*parts: tuple[str, str, bytes]) -> Response:
    """Return an answer with these files: name, type and contents of each."""
    mark = secrets.token_hex(16)
    pieces = []
    for name, kind, contents in parts:
        about = f'Content-Disposition: form-data; name="{name}"; filename="{name}"\r\nContent-Type: {kind}'
        pieces += [f"--{mark}\r\n{about}\r\n\r\n".encode(), contents, b"\r\n"]
    body = b"".join((*pieces, f"--{mark}--\r\n".encode()))
    return Response(body, media_type=f"multipart/form-data; boundary={mark}")

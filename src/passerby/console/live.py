"""Live pictures: redacted JPEG images that a page asks for again and again."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from passerby.console.services import person, services
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)


@router.get("/live/{camera}")
def live(request: Request, camera: str) -> Response:
    """Return the newest redacted picture of a camera; 304 if the browser has it, 204 if there is none so far.

    X-Age-S is its age in seconds.
    """
    known, who = services(request), person(request)
    if all(camera != one.name for one in known.ports.status.unit().cameras):
        raise HTTPException(404, _("there is no camera of that name"))
    if not known.viewers.admit(who.session.csrf):
        raise HTTPException(503, _("too many people watch live at the moment; try again later"))
    known.looks.note(who, f"live {camera}")
    picture = known.ports.live.picture(camera)
    if picture is None:
        return Response(status_code=204)
    headers = {"ETag": f'"{picture.number}"', "X-Age-S": f"{picture.elapsed_s:.1f}"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(picture.jpeg, media_type="image/jpeg", headers=headers)

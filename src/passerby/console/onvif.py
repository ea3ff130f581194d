"""ONVIF's event service for video management systems, which log in with the unit's ONVIF login, not an account."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from passerby.console.inside import inside
from passerby.console.services import services

router = APIRouter(include_in_schema=False)
CONTENT_TYPE = "application/soap+xml; charset=utf-8"


@router.post("/onvif/{service}")
async def onvif(request: Request, service: str) -> Response:
    """Answer a SOAP request; 404 unless the configuration has `console: {onvif: true}`."""
    known = services(request)
    if known.onvif is None:
        raise HTTPException(404, "this unit does not serve ONVIF")
    base = f"{request.url.scheme}://{request.url.netloc}{inside(request, '/onvif/')}"
    status, body = await known.onvif.answer(await request.body(), base, service)
    return Response(body, status, media_type=CONTENT_TYPE)

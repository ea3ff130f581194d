"""Feeds for passenger information: rounded counts of stops."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from passerby.console.api.answers import problems
from passerby.console.services import services

router = APIRouter(prefix="/api/v1/transit", tags=["transit"])
_TYPES = {"siri-fm.xml": "application/xml", "gtfs-realtime.pb": "application/x-protobuf"}


_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {} for kind in _TYPES.values()}},
    **problems(404),
}


@router.get("/{feed}", response_class=Response, responses=_ANSWERS)
def transit(request: Request, feed: Literal["siri-fm.xml", "gtfs-realtime.pb"]) -> Response:
    """Return SIRI Facility Monitoring, or GTFS-realtime: people at stops, rounded to tens, none below ten."""
    ports = services(request).ports
    settings = ports.status.unit().transit
    if not settings.stops:
        raise HTTPException(404, "the configuration has no `transit: {stops: …}`")
    from passerby.adapters.transit.present import transit_feed  # Protocol Buffers, which not every unit needs

    return Response(transit_feed(feed, settings, ports.store.queries), media_type=_TYPES[feed])

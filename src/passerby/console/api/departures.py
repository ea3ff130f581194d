"""Departures by message: a bridge reports that a train left."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from passerby.console.api.answers import problems
from passerby.console.services import services

router = APIRouter(prefix="/api/v1/departures", tags=["departures"])


class DepartureBody(BaseModel):
    """A train that has just left."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"track": "track 1"}})
    track: str = Field(max_length=64, description="name of the track, as in `departures.tracks` of a camera")


@router.post("", status_code=204, response_class=Response, responses=problems(400, 404))
def departure(request: Request, body: DepartureBody) -> None:
    """Count a departure for the cameras that have this track; send it when the train leaves."""
    if not services(request).ports.departures.left(body.track):
        raise HTTPException(404, "no camera with `departures: {source: http}` has a track of this name")

"""The two routes that units ask: enrol, and report and take the desired configuration."""

from __future__ import annotations

import json
import logging
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, HTTPException, Request
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool

from passerby.centre.bodies import whole_body
from passerby.centre.fleet.agent import ConfigReport
from passerby.centre.fleet.certificates import unit_of
from passerby.centre.fleet.desired import MOST_BYTES
from passerby.centre.fleet.fleet_desk import FleetDesk
from passerby.centre.fleet.signed_request import sender_of
from passerby.contracts.errors import StoreError, UsageError
from passerby.contracts.strict import Strict

log = logging.getLogger(__name__)
ENROL, POLL = "/fleet/v1/enrol", "/fleet/v1/poll"
TOO_LONG = "the request is larger than 1 MB"
_Text = Annotated[str, Field(max_length=4096)]
Model = TypeVar("Model", bound=Strict)


class Enrolment(Strict):
    """A unit that asks for its certificate."""

    token: _Text
    request: _Text


class ReportedConfig(Strict):
    """See ConfigReport."""

    version: Annotated[int, Field(ge=0, lt=2**31)] | None
    outcome: Literal["applied", "refused"]
    detail: str = Field(default="", max_length=1000)
    before: dict[str, Any] = Field(default_factory=dict)


class FleetPoll(Strict):
    """What an enrolled unit reports when it asks."""

    failing: int = Field(ge=0, le=1000)
    report: ReportedConfig | None = None


def fleet_routes(desk: FleetDesk) -> APIRouter:
    """Return the routes of units. They have no login: a token or a signature is checked in each."""
    routes = APIRouter()

    @routes.post(ENROL)
    async def enrol(request: Request) -> dict[str, str]:
        asked = _read(Enrolment, await whole_body(request, MOST_BYTES, TOO_LONG))
        return await run_in_threadpool(_or_403, lambda: desk.enrol(asked.token, asked.request))

    @routes.post(POLL)
    async def poll(request: Request) -> dict[str, str | None]:
        body = await whole_body(request, MOST_BYTES, TOO_LONG)
        answer: dict[str, str | None] = await run_in_threadpool(_or_403, lambda: _poll(desk, request, body))
        return answer

    return routes


def _poll(desk: FleetDesk, request: Request, body: bytes) -> dict[str, str | None]:
    authority = desk.keys.authority
    certificate = sender_of(POLL, body, request.headers, authority, desk.serial_of, desk.now_ms())
    asked = _read(FleetPoll, body)
    report = None if asked.report is None else ConfigReport(**asked.report.model_dump())
    desired = desk.answer(unit_of(certificate), asked.failing, report)
    return {"desired": desired, "certificate": desk.renewed(certificate)}


def _or_403(work: Any) -> Any:
    try:
        return work()
    except UsageError as error:
        raise HTTPException(403, str(error)) from None
    except StoreError as error:
        log.warning("a unit was not answered: %s", error)
        raise HTTPException(503, "the database of the control room is not available") from None


def _read(model: type[Model], body: bytes) -> Model:
    try:
        return model.model_validate(json.loads(body))
    except (ValueError, ValidationError, RecursionError):
        raise HTTPException(422, f"the body is no {model.__name__}: use a unit of this version") from None

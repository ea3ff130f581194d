"""Units and counts of all stations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from passerby.centre.console import unit_list
from passerby.centre.console.ports import ReportedFlow, ReportedUnit
from passerby.centre.console.services import centre, user
from passerby.centre.console.unit_list import ListedUnit
from passerby.console.api.answers import problems
from passerby.contracts.errors import StoreError
from passerby.store.utc import utc_ms

router = APIRouter(prefix="/api/v1", tags=["stations"])
LONGEST_MS = 8 * 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class CentreApiUnit:
    """One unit. faults: what is wrong, in words; empty if nothing is."""

    unit: ReportedUnit
    is_silent: bool
    faults: tuple[str, ...]


class FlowWindow(BaseModel):
    """Which counts: at most eight days."""

    model_config = ConfigDict(extra="forbid")
    since: AwareDatetime = Field(description="from this time, RFC 3339 with an offset")
    until: AwareDatetime = Field(description="before this time, RFC 3339 with an offset")
    station: str = Field(default="", max_length=200, description="only this station")


@router.get("/units", responses=problems())
def list_units(request: Request) -> list[CentreApiUnit]:
    """List the units of the stations that the token or login may see."""
    return [_shown(one) for one in unit_list.found(request)]


@router.get("/flows", responses=problems())
def list_flows(request: Request, wanted: Annotated[FlowWindow, Query()]) -> list[ReportedFlow]:
    """List the people over lines in quarters of an hour, in the order of time."""
    try:
        since, until = utc_ms(wanted.since.isoformat()), utc_ms(wanted.until.isoformat())
    except StoreError as error:
        raise HTTPException(422, str(error)) from None
    if until - since > LONGEST_MS:
        raise HTTPException(422, "the window is longer than 8 days; ask in parts")
    return list(centre(request).ports.reported.flows(user(request).reach, since, until, wanted.station))


def _shown(one: ListedUnit) -> CentreApiUnit:
    return CentreApiUnit(one.unit, one.is_silent, tuple(one.faults))

"""Alarms of all stations, and what staff do about them: through the same functions as the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from passerby.centre.console import alarm_list, alarm_page
from passerby.centre.console.alarm_list import StationAlarm
from passerby.centre.console.ports import AlarmWanted
from passerby.console.api.answers import problems
from passerby.contracts.alarms import LONGEST_NOTE, Alarm
from passerby.contracts.events import Measure
from passerby.contracts.reports import SentAct
from passerby.store.handling import AlarmAct

router = APIRouter(prefix="/api/v1/alarms", tags=["alarms"])
MOST = 500


class CentreAlarmQuery(BaseModel):
    """Which alarms of which stations."""

    model_config = ConfigDict(extra="forbid")
    line: str = Field(default="", max_length=200, description="only stations of this line")
    station: str = Field(default="", max_length=200, description="only this station")
    open_only: bool = Field(
        default=False, description="only alarms that somebody has to look at, the most urgent first"
    )
    limit: int = Field(default=100, ge=1, le=MOST, description="most items in the answer")


class CentreActBody(BaseModel):
    """One act on an alarm. A resolution needs a reason, a hand-over a note."""

    model_config = ConfigDict(extra="forbid")
    act: SentAct
    note: str = Field(default="", max_length=LONGEST_NOTE, description="reason or message; describe no person")


@dataclass(frozen=True, slots=True)
class CentreApiAlarm:
    """One alarm with its station. state: by ISA-18.2 in words. began: RFC 3339. acts: of both places."""

    station: str
    line: str
    unit: str
    alarm: Alarm
    title: str
    reason: str
    state: str
    began: str | None
    measures: tuple[Measure, ...]
    has_evidence: bool
    acts: tuple[AlarmAct, ...]


@router.get("", responses=problems())
def list_alarms(request: Request, wanted: Annotated[CentreAlarmQuery, Query()]) -> list[CentreApiAlarm]:
    """List alarms of the stations that the token or login may see, the newest first."""
    found = alarm_list.found(
        request, AlarmWanted(wanted.line, wanted.station, last=MOST, is_urgent_first=wanted.open_only)
    )
    chosen = alarm_list.asking(found) if wanted.open_only else found
    return [shown(one) for one in chosen[: wanted.limit]]


@router.get("/{alarm}", responses=problems(404))
def one_alarm(request: Request, alarm: str) -> CentreApiAlarm:
    """Return one alarm."""
    return shown(alarm_list.one(request, alarm))


@router.post("/{alarm}/acts", responses=problems(400, 404))
def act(request: Request, alarm: str, body: CentreActBody) -> CentreApiAlarm:
    """Act on an alarm, and return it."""
    alarm_page.perform(request, alarm, body.act, body.note)
    return shown(alarm_list.one(request, alarm))


def shown(one: StationAlarm) -> CentreApiAlarm:
    """Return an alarm as programs get it."""
    reported, listed = one.reported, one.listed
    evidence = listed.evidence is not None and listed.evidence.gone is None
    return CentreApiAlarm(
        reported.station,
        reported.line,
        reported.unit,
        listed.alarm,
        listed.title,
        listed.reason,
        listed.state,
        listed.began,
        listed.measures,
        evidence,
        listed.handling.acts,
    )

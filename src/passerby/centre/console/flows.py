"""How many people crossed lines at all stations, in quarters of an hour: a table, and CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response, StreamingResponse

from passerby.centre.console import unit_list
from passerby.centre.console.ports import ReportedFlow
from passerby.centre.console.services import centre, user
from passerby.console.alarm_list import local_day
from passerby.console.days import LocalDay
from passerby.store.formats import csv_row
from passerby.store.utc import utc_ms, utc_text
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
TITLES = ("station", "unit", "camera", "line", "direction", "utc", "people", "coverage")
DayText = Annotated[date | None, Query()]
Name = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class StationFlow:
    """The people over all lines of one station in one direction. hours: of each hour since the day began.

    coverage: of the time that was counted, the mean fraction with a picture.
    """

    station: str
    direction: str
    people: int
    hours: tuple[int, ...]
    coverage: float


@router.get("/flows")
def flows(request: Request, day: DayText = None, station: Name = "") -> Response:
    """Show one day by station and hour."""
    wanted = _day(request, day)
    counted = list(by_station(_counts(request, wanted, station), wanted))
    values = {
        "rows": counted,
        "most": max((max(row.hours) for row in counted), default=0),
        "stations": unit_list.stations(unit_list.found(request)),
        "chosen_station": station,
        "day": wanted.day,
        "local_day": local_day,
        "zone": centre(request).ports.timezone,
    }
    return centre(request).pages.show(request, "centre_flows.html.j2", values)


@router.get("/flows.csv")
def export(request: Request, day: DayText = None, station: Name = "") -> StreamingResponse:
    """Return the quarter hours of one day as CSV."""
    wanted = _day(request, day)
    headers = {"Content-Disposition": f'attachment; filename="flows-{wanted.day}.csv"'}
    lines = csv_lines(_counts(request, wanted, station))
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def csv_lines(counts: Iterable[ReportedFlow]) -> Iterator[bytes]:
    """Yield the lines of the file, its titles first."""
    yield csv_row(*TITLES)
    for one in counts:
        when = utc_text(one.at_ms)
        yield csv_row(
            *(one.station, one.unit, one.camera, one.crossing, one.direction, when, one.people, one.coverage)
        )


def by_station(counts: Iterable[ReportedFlow], day: LocalDay) -> Iterator[StationFlow]:
    """Yield the sums of each station and direction, by hours since the day began (a day may have 23 or 25)."""
    of: dict[tuple[str, str], list[ReportedFlow]] = {}
    for one in counts:
        of.setdefault((one.station, one.direction), []).append(one)
    for (station, direction), mine in sorted(of.items()):
        hours = [0] * max(24, round(day.seconds / 3600))
        for one in mine:
            hours[int(day.at_s(utc_text(one.at_ms)) // 3600)] += one.people
        coverage = sum(one.coverage for one in mine) / len(mine)
        yield StationFlow(station, direction, sum(hours), tuple(hours), coverage)


def _counts(request: Request, day: LocalDay, station: str) -> Iterator[ReportedFlow]:
    reported, reach = centre(request).ports.reported, user(request).reach
    return reported.flows(reach, utc_ms(day.since), utc_ms(day.until), station)


def _day(request: Request, day: date | None) -> LocalDay:
    zone = centre(request).ports.timezone
    try:
        return LocalDay.of(day or datetime.now(ZoneInfo(zone)).date(), zone)
    except (OverflowError, ValueError):
        raise HTTPException(422, _("this day is outside the calendar")) from None

"""How many people were where, and how they moved: one camera and one day or week, beside another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response, StreamingResponse

from passerby.console import flow_charts
from passerby.console.alarm_list import local_day
from passerby.console.counted_day import CountedDay, counted
from passerby.console.days import Hours, LocalDay
from passerby.console.flow_charts import FlowChart
from passerby.console.inside import inside
from passerby.console.parquet import MEDIA_TYPE, is_installed, parquet_file
from passerby.console.ports import ConsoleStore
from passerby.console.services import person, services
from passerby.contracts.config import Camera
from passerby.contracts.events import FlowSample, LineSample, OccupancySample, ZoneSample
from passerby.contracts.ports import Sample
from passerby.store.filters import SampleFilter
from passerby.store.formats import csv_row
from passerby.store.samples import table_of
from passerby.translation.current import gettext as _
from passerby.translation.current import marked

router = APIRouter(include_in_schema=False)
TABLES: dict[str, type[Sample]] = {
    marked("zones"): ZoneSample,
    marked("lines"): LineSample,
    marked("flows"): FlowSample,
    marked("places"): OccupancySample,
}
CameraName = Annotated[str, Query(max_length=64)]
DayText = Annotated[date | None, Query()]
Span = Literal["day", "week"]


@dataclass(frozen=True, slots=True)
class ShownDay:
    """One column of the page. span: local times of the first and the last count, None without any."""

    day: LocalDay
    span: tuple[str, str] | None
    zones: list[FlowChart]
    lines: list[FlowChart]
    places: list[FlowChart]
    dwells: list[FlowChart]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        return self.span is None


@router.get("/flow")
def flow(
    request: Request, camera: CameraName = "", day: DayText = None, beside: DayText = None, span: Span = "day"
) -> Response:
    """Show one day or week of a camera, and another one to compare."""
    known = services(request)
    unit = known.ports.status.unit()
    chosen = _camera(unit.cameras, camera)
    today = datetime.now(ZoneInfo(unit.timezone)).date()
    wanted = [day or today, *([beside] if beside else [])]
    days = [_day(one, unit.timezone, span) for one in wanted]
    found = [counted(known.ports.store, unit, chosen, one) for one in days]
    values: dict[str, Any] = {
        "camera": chosen.name,
        "cameras": [one.name for one in unit.cameras],
        "days": _shown(found, unit.timezone, span),
        "today": _day(today, unit.timezone, span).day,
        "local_day": local_day,
        "day": wanted[0],
        "beside": beside,
        "span": span,
        "endings": ("csv", "parquet") if is_installed() else ("csv",),
        "zone": unit.timezone,
        **_since_start(request, chosen.name),
    }
    return known.pages.show(request, "flow.html.j2", values)


@router.get("/flow/{table}.csv")
def export(
    request: Request, table: str, camera: CameraName = "", day: DayText = None, span: Span = "day"
) -> Response:
    """Return the counts of a camera on a day or in a week as CSV, in the format of the results folder."""
    wanted = _export(request, table, camera, day, span)
    return StreamingResponse(wanted.lines(), media_type="text/csv; charset=utf-8", headers=wanted.headers("csv"))


@router.get("/flow/{table}.parquet")
def export_parquet(
    request: Request, table: str, camera: CameraName = "", day: DayText = None, span: Span = "day"
) -> Response:
    """Return the same counts as a Parquet file."""
    wanted = _export(request, table, camera, day, span)
    body = parquet_file(table_of(wanted.of).titles, wanted.rows())
    return Response(body, media_type=MEDIA_TYPE, headers=wanted.headers("parquet"))


@dataclass(frozen=True, slots=True)
class CountsExport:
    """The counts that a person takes away. name: of the file, without its ending."""

    store: ConsoleStore
    of: type[Sample]
    camera: str
    day: LocalDay
    name: str

    def headers(self, ending: str) -> dict[str, str]:
        """Return the headers of the file."""
        return {"Content-Disposition": f'attachment; filename="{self.name}.{ending}"'}

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of the CSV file."""
        yield csv_row(*table_of(self.of).titles)
        for cells in self.rows():
            yield csv_row(*cells)

    def rows(self) -> Iterator[Sequence[object]]:
        """Yield the cells of each row."""
        table, day = table_of(self.of), self.day
        wanted = SampleFilter(camera=(self.camera,), since=day.since, until=day.until)
        with self.store.queries() as queries:
            for sample in queries.samples(self.of, wanted):
                yield tuple(table.cells(sample))


def _export(request: Request, table: str, camera: str, day: date | None, span: Span) -> CountsExport:
    if table not in TABLES:
        raise HTTPException(404, f"there is no such table; there are {', '.join(TABLES)}")
    known = services(request)
    unit = known.ports.status.unit()
    chosen = _camera(unit.cameras, camera)
    wanted = _day(day or datetime.now(ZoneInfo(unit.timezone)).date(), unit.timezone, span)
    when = f"week-{wanted.day}" if span == "week" else f"{wanted.day}"
    name = f"{table}-{chosen.name}-{when}".replace(" ", "_").encode("ascii", "replace").decode()
    return CountsExport(known.ports.store, TABLES[table], chosen.name, wanted, name)


def _camera(cameras: tuple[Camera, ...], name: str) -> Camera:
    found = next((one for one in cameras if name in ("", one.name)), None)
    if found is None:
        raise HTTPException(404, _("there is no camera of that name"))
    return found


def _day(day: date, zone: str, span: Span) -> LocalDay:
    try:
        return LocalDay.week(day, zone) if span == "week" else LocalDay.of(day, zone)
    except (OverflowError, ValueError):
        raise HTTPException(422, _("this day is outside the calendar")) from None


def _shown(found: list[CountedDay], zone: str, span: Span) -> list[ShownDay]:
    high = flow_charts.highest(*(one.zones for one in found))
    together = Hours.around(at_s for one in found for at_s in one.times_s)
    return [
        _shown_day(one, Hours(0.0, one.day.seconds) if span == "week" else together, high, zone) for one in found
    ]


def _shown_day(one: CountedDay, hours: Hours, high: float, zone: str) -> ShownDay:
    return ShownDay(
        one.day,
        one.span(zone),
        flow_charts.zone_charts(one.day, hours, one.zones, high),
        flow_charts.line_charts(one.day, hours, one.flows, one.open_flows),
        flow_charts.place_charts(one.day, hours, one.places),
        flow_charts.dwell_charts(one.stays),
    )


def _since_start(request: Request, camera: str) -> dict[str, Any]:
    """Return the heat map and the speeds; the picture behind the map only for people who may see it."""
    history = services(request).ports.status.history(camera)
    fixed = {"heat_from_s": flow_charts.HEAT_FROM_S}
    if history is None:
        return {"heat": None, "speeds": None, **fixed}
    background = inside(request, f"/live/{camera}") if person(request).may("live") else None
    heat, speeds = flow_charts.heat_chart(history, background), flow_charts.speed_chart(history)
    return {"heat": heat, "speeds": speeds, **fixed}

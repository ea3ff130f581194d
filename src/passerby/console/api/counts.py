"""Counts: people in zones and places, and over lines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from passerby.console.api.answers import example
from passerby.console.api.paging import ItemPage, Names, WindowQuery, page_of
from passerby.console.services import services
from passerby.contracts.events import FlowSample, LineSample, OccupancySample, ZoneSample
from passerby.contracts.ports import Sample
from passerby.store.filters import SampleFilter
from passerby.store.samples import table_of

router = APIRouter(prefix="/api/v1/counts", tags=["counts"])
S = TypeVar("S", bound=Sample)
_WINDOW = {"camera": "platform-1", "from_s": 60.0, "utc": "2026-03-01T07:46:00.000Z", "window_s": 60.0}
_INTERVAL = {"people": 41, "low": 39.2, "high": 44.0, "coverage": 1.0}
_PEOPLE = {"count_mean": 3.25, "count_max": 7, "density_per_m2": 0.0325, "entries": 5, "exits": 4}
_QUALITY = {"coverage": 0.98, "resolved": 1.0, "level": "A", "trend_per_m2_min": 0.01, "is_lower_bound": False}
ZONE = {**_WINDOW, "zone": "platform", **_PEOPLE, **_QUALITY}
LINE = {**_WINDOW, "line": "stairs", "in": 12, "out": 3, "coverage": 1.0}
FLOW = {**_WINDOW, "line": "stairs", "direction": "in", **_INTERVAL, "window_s": 900.0, "error_people": 120}
PLACE = {**_WINDOW, "place": "station", **_INTERVAL, "drift": 0, "reset": None}


class CountQuery(WindowQuery):
    """Which windows. place: names of zones, lines or places."""

    camera: Names = ()
    place: Names = ()


class LineCount(BaseModel):
    """People over one line in one window, by direction."""

    model_config = ConfigDict(populate_by_name=True)
    camera: str
    line: str
    from_s: float
    utc: str | None
    window_s: float
    in_: int = Field(alias="in")
    out: int
    coverage: float


def _answer(one: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return example({"items": [one], "next": None})


@router.get("/zones", responses=_answer(ZONE))
def zones(request: Request, wanted: Annotated[CountQuery, Query()]) -> ItemPage[ZoneSample]:
    """List the windows of zones, a minute each: people, density, level of service, entries and exits."""
    return _page(request, ZoneSample, wanted)


@router.get("/lines", responses=_answer(LINE))
def lines(request: Request, wanted: Annotated[CountQuery, Query()]) -> ItemPage[LineCount]:
    """List the windows of lines, a minute each: people in and out."""
    found = _page(request, LineSample, wanted)
    return ItemPage(items=[LineCount(**asdict(sample)) for sample in found.items], next=found.next)


@router.get("/flows", responses=_answer(FLOW))
def flows(request: Request, wanted: Annotated[CountQuery, Query()]) -> ItemPage[FlowSample]:
    """List quarter hours of lines by direction, with the 95 % interval of the true number."""
    return _page(request, FlowSample, wanted)


@router.get("/places", responses=_answer(PLACE))
def places(request: Request, wanted: Annotated[CountQuery, Query()]) -> ItemPage[OccupancySample]:
    """List the number of people in places that are counted in and out."""
    return _page(request, OccupancySample, wanted)


def _page(request: Request, of: type[S], wanted: CountQuery) -> ItemPage[S]:
    table = table_of(of)
    since, until = wanted.times()
    where = table.where(SampleFilter(camera=wanted.camera, place=wanted.place, since=since, until=until))
    where.before_row(wanted.before)
    with services(request).ports.store.reading() as connection:
        return page_of(table.newest(connection, where, wanted.limit + 1), wanted.limit)

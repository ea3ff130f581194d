"""`passerby health`: the state of each camera, from the health that it reports every minute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from passerby.app.known_names import refuse_unknown
from passerby.app.options import JsonOption, WhereArgument
from passerby.app.tables import print_json, print_rows
from passerby.app.times import MOMENT, moment
from passerby.charts.wording import clock, wall_clock
from passerby.contracts.event_kinds import STATE_KINDS
from passerby.contracts.events import CameraHealth, Event
from passerby.contracts.stream_status import reported_status, stream_status
from passerby.store import known
from passerby.store.connect import reading
from passerby.store.filters import EventFilter, SampleFilter
from passerby.store.queries import querying
from passerby.store.results import the_database

_COLUMNS = (
    "camera",
    "time",
    "state",
    "why",
    "pictures/s",
    "skipped",
    "damaged",
    "p95 ms",
    "clock error ms",
    "open",
)


def health(
    where: WhereArgument,
    *,
    camera: Annotated[list[str] | None, typer.Option(help="Only this camera; may be repeated.")] = None,
    since: Annotated[str | None, typer.Option(help=f"Every report from this time on: {MOMENT}.")] = None,
    until: Annotated[str | None, typer.Option(help=f"Every report before this time: {MOMENT}.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the latest health of each camera and its open faults, or all reports of a period.

    A camera is connecting, live, stale (no new picture), down (no pictures) or blind (they show nothing). It
    reports once a minute and when its state changes: pictures per second, skipped and damaged pictures, and the
    time that 95 % of the frames need.
    """
    database = the_database(where)
    refuse_unknown([database], camera=camera or ())
    period = SampleFilter(since=moment("--since", since), until=moment("--until", until), by_time=True)
    last = 1 if since is None and until is None else None
    cameras = sorted(set(camera) if camera else cameras_in(database))
    found: list[CameraHealth] = []
    with querying(database) as queries:
        for name in cameras:
            found += queries.samples(CameraHealth, replace(period, camera=(name,), last=last))
        opened = queries.events(EventFilter(kind=tuple(sorted(STATE_KINDS)), open_only=True, by_time=True))
        faults = [event for event in opened if event.camera in ("", *cameras)]
    if as_json:
        print_json({"cameras": [asdict(one) for one in found], "open": [_fault(event) for event in faults]})
        return
    print_rows(
        _COLUMNS,
        _rows(cameras, found, faults, is_newest=last is not None),
        "No camera has reported its health yet. The first one comes within a minute after a camera starts."
        if last
        else "No camera has reported its health in this period.",
    )


def cameras_in(database: Path) -> set[str]:
    """Return the cameras with any record."""
    with reading(database) as connection:
        return known.cameras(connection)


def _fault(event: Event) -> dict[str, Any]:
    return {"id": event.id, "kind": event.kind, "camera": event.camera, "began_s": event.began_s, "utc": event.utc}


def _rows(
    cameras: Iterable[str], found: Sequence[CameraHealth], faults: Sequence[Event], *, is_newest: bool
) -> Iterator[tuple[str | float, ...]]:
    """Yield a row for each report; for the newest reports, also one for each camera that has none."""
    for name in cameras:
        reports: list[CameraHealth | None] = [one for one in found if one.camera == name]
        if is_newest and not reports:
            reports.append(None)
        for one in reports:
            yield _row(name, one, faults, is_newest=is_newest)


def _row(
    camera: str, one: CameraHealth | None, faults: Sequence[Event], *, is_newest: bool
) -> tuple[str | float, ...]:
    kinds = sorted({event.kind.replace("_", " ") for event in faults if event.camera in ("", camera)})
    opened = [event for event in faults if event.camera == camera]
    status = stream_status(one, opened) if is_newest or one is None else reported_status(one)
    return camera, _time(one), status.state.value, status.why, *_figures(one), ", ".join(kinds)


def _time(one: CameraHealth | None) -> str:
    if one is None:
        return ""
    return clock(one.from_s) if one.utc is None else wall_clock(one.utc) or one.utc


def _figures(one: CameraHealth | None) -> tuple[str | float, ...]:
    if one is None:
        return ("",) * 5
    return round(one.fps, 1), one.dropped, one.decode_errors, _known(one.p95_ms), _known(one.utc_err_ms)


def _known(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"

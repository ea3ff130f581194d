"""`passerby events`: list, filter and export the events of a results folder."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.actor import enter
from passerby.app.event_table import print_table
from passerby.app.known_names import refuse_unknown
from passerby.app.times import MOMENT, moment
from passerby.contracts.errors import UsageError
from passerby.contracts.events import Event, Phase, Severity
from passerby.store.audit import Act
from passerby.store.encode import event_line
from passerby.store.evidence import as_it_is
from passerby.store.filters import EventFilter
from passerby.store.formats import EVENT_HEADER, csv_row, event_row
from passerby.store.queries import querying
from passerby.store.results import databases_in


class OutputFormat(StrEnum):
    """Output formats of events."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"


Texts = list[str] | None


def events(  # noqa: PLR0913  one parameter an option
    where: Annotated[Path, typer.Argument(metavar="DIR_OR_DB", help="A results folder, or its passerby.db.")],
    *,
    camera: Annotated[Texts, typer.Option(help="Only this camera; may be repeated.")] = None,
    kind: Annotated[Texts, typer.Option(help="Only this kind, for example loitering; may be repeated.")] = None,
    place: Annotated[Texts, typer.Option(help="Only this zone or line; may be repeated.")] = None,
    severity: Annotated[list[Severity] | None, typer.Option(help="Only this severity; may be repeated.")] = None,
    phase: Annotated[list[Phase] | None, typer.Option(help="Only this phase; may be repeated.")] = None,
    since: Annotated[str | None, typer.Option(help=f"Only from this time on: {MOMENT}.")] = None,
    until: Annotated[str | None, typer.Option(help=f"Only before this time: {MOMENT}.")] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only incidents that have not ended.")] = False,
    last: Annotated[int | None, typer.Option(min=1, help="Only this many of the newest (of each video).")] = None,
    format_: Annotated[
        OutputFormat | None, typer.Option("--format", help="Output format; default: table.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Same as --format jsonl.")] = False,
) -> None:
    """List the events of a results folder by time, or export them with --format jsonl or csv."""
    wanted = EventFilter(
        camera=tuple(camera or ()),
        kind=tuple(kind or ()),
        place=tuple(place or ()),
        severity=tuple(severity or ()),
        phase=tuple(phase or ()),
        since=moment("--since", since),
        until=moment("--until", until),
        open_only=only_open,
        last=last,
        by_time=True,
    )
    databases, chosen = databases_in(where), _format(format_, as_json)
    refuse_unknown(databases, camera=wanted.camera, kind=wanted.kind, place=wanted.place)
    _print(_found(databases, wanted), chosen)
    for path in databases:
        act = Act.LOOKED if chosen is OutputFormat.TABLE else Act.EXPORTED
        enter(path, act, "events", f"as {chosen}")


def _found(databases: tuple[Path, ...], wanted: EventFilter) -> Iterator[tuple[str, Event]]:
    """Yield each event with its folder, "" if there is only one."""
    for path in databases:
        with querying(path) as queries:
            folder = path.parent.name if len(databases) > 1 else ""
            for event in queries.events(wanted):
                yield folder, as_it_is(event, queries.evidence(event.id))


def _print(found: Iterator[tuple[str, Event]], chosen: OutputFormat) -> None:
    if chosen is OutputFormat.TABLE:
        print_table(list(found))
        return
    if chosen is OutputFormat.CSV:
        typer.echo(csv_row(*EVENT_HEADER), nl=False)
    for _, event in found:
        typer.echo(event_line(event) if chosen is OutputFormat.JSONL else event_row(event), nl=False)


def _format(asked: OutputFormat | None, as_json: bool) -> OutputFormat:
    if as_json and asked not in (None, OutputFormat.JSONL):
        raise UsageError(f"--json and --format {asked} contradict each other; give only one")
    return OutputFormat.JSONL if as_json else asked or OutputFormat.TABLE

"""`passerby alarms`: list alarms, and shelve them for a limited time."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.actor import actor, enter
from passerby.app.alarm_list import last_row, print_alarms, print_new
from passerby.app.known_names import refuse_unknown
from passerby.app.options import JsonLinesOption, JsonOption
from passerby.app.tables import print_json, print_rows
from passerby.contracts.alarms import Alarm, Shelf
from passerby.contracts.errors import UsageError
from passerby.store import audit, unshelving
from passerby.store.audit import Act
from passerby.store.connect import writing
from passerby.store.filters import AlarmFilter
from passerby.store.queries import querying
from passerby.store.results import databases_in, the_database
from passerby.store.shelves import SHELVES, add, load, named
from passerby.store.utc import now_ms, utc_text

app = typer.Typer(help="List alarms, or shelve them for a limited time.", no_args_is_help=True)
# A shelf is for a known nuisance until it is repaired, not a way to disable a rule.
MOST_SHELVED = timedelta(hours=24)
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(min|h)")

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="A results folder.")]
CameraOption = Annotated[str, typer.Option(help="Only this camera.")]
KindOption = Annotated[str, typer.Option(help="Only this kind, for example loitering.")]
PlaceOption = Annotated[str, typer.Option(help="Only this zone or line.")]


@app.command("list")
def list_(
    folder: FolderArgument,
    *,
    only_open: Annotated[bool, typer.Option("--open", help="Only alarms that have not ended.")] = False,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Print each new line of an alarm as well, until Ctrl-C.")
    ] = False,
    as_json: JsonLinesOption = False,
) -> None:
    """List the alarms of a results folder by time."""
    databases = (the_database(folder),) if follow else databases_in(folder)
    newest = last_row(databases[0]) if follow else 0  # before the list: no alarm is missed in between
    found: list[Alarm] = []
    for path in databases:
        with querying(path) as queries:
            found += queries.alarms(AlarmFilter(open_only=only_open, by_time=True))
        enter(path, Act.EXPORTED if as_json else Act.LOOKED, "alarms", "followed" if follow else "")
    print_alarms(found, as_json=as_json)
    if follow:
        print_new(databases[0], newest, as_json=as_json)


@app.command()
def shelve(
    folder: FolderArgument,
    *,
    for_: Annotated[
        str, typer.Option("--for", metavar="TIME", help="Duration, for example 30min or 2h; at most 24h.")
    ],
    reason: Annotated[str, typer.Option(help="Reason; it is stored in the audit log.")],
    camera: CameraOption = "",
    kind: KindOption = "",
    place: PlaceOption = "",
) -> None:
    """Shelve alarms of a camera, kind or place for a limited time; their events are still recorded."""
    if not (camera or kind or place):
        raise UsageError("no alarms selected: give at least one of --camera, --kind and --place")
    if not reason.strip():
        raise UsageError("--reason is empty: give the reason for shelving")
    until = utc_text(now_ms() + _duration(for_) // timedelta(milliseconds=1))
    path = _shelves_in(folder)
    what = named(camera, kind, place)
    chosen = {"camera": camera, "kind": kind, "place": place}
    refuse_unknown([the_database(folder)], **{option: [name] for option, name in chosen.items() if name})
    with writing(the_database(folder)) as connection:
        audit.record(connection, actor(), Act.SHELVED, what, f"until {until}: {reason.strip()}")
        add(path, Shelf(until, reason.strip(), actor(), camera, kind, place))
    typer.echo(f"shelved until {until}: {what}")


@app.command()
def unshelve(
    folder: FolderArgument, *, camera: CameraOption = "", kind: KindOption = "", place: PlaceOption = ""
) -> None:
    """End the shelving of alarms before their time is over."""
    path = _shelves_in(folder)
    with writing(the_database(folder)) as connection:
        unshelving.unshelve(connection, path, camera, kind, place, actor())
    typer.echo(f"unshelved: {named(camera, kind, place)}")


@app.command()
def shelved(folder: FolderArgument, *, as_json: JsonOption = False) -> None:
    """List the shelved alarms."""
    now = utc_text(now_ms())
    shelves = [shelf for shelf in load(_shelves_in(folder)) if shelf.until_utc > now]
    if as_json:
        print_json([asdict(shelf) for shelf in shelves])
        return
    rows = [(s.until_utc, named(s.camera, s.kind, s.place), s.reason, s.by) for s in shelves]
    print_rows(("until", "what", "reason", "by"), rows, "No shelved alarms.")


def _shelves_in(folder: Path) -> Path:
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; give the results folder of passerby run")
    return folder / SHELVES


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"--for {text!r} is not a duration; write for example 30min or 2h")
    length = timedelta(minutes=float(match[1]) * (60 if match[2] == "h" else 1))
    if not timedelta() < length <= MOST_SHELVED:
        raise UsageError(
            f"--for {text}: an alarm can be shelved for at most 24h; change the rule for a longer time"
        )
    return length

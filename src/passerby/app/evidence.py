"""`passerby evidence`: list stills and clips of incidents, lock them against retention, and unlock them."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from passerby.app.actor import actor
from passerby.app.options import JsonOption, WhereArgument
from passerby.app.tables import print_json, print_rows
from passerby.contracts.errors import UsageError
from passerby.store import audit, evidence
from passerby.store.audit import Act
from passerby.store.connect import writing
from passerby.store.evidence import LONGEST_LOCK_DAYS, Kept
from passerby.store.queries import querying
from passerby.store.results import the_database
from passerby.store.utc import optional_text, utc_ms, utc_text

app = typer.Typer(help="List, lock and unlock stills and clips of incidents.", no_args_is_help=True)
EventArgument = Annotated[str, typer.Argument(metavar="EVENT_ID", help="Id of the incident.")]


@app.command("list")
def list_(
    where: WhereArgument,
    *,
    event: Annotated[str | None, typer.Option(metavar="EVENT_ID", help="Only this incident.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List every still and clip, present or removed. The audit log records this look."""
    database = the_database(where)
    with querying(database) as queries:
        found = [file for file in queries.evidence(event) if file.event]  # no videos and reports
        reasons = {lock.event: lock for lock in queries.locks()}
    with writing(database) as connection:
        audit.record(connection, actor(), Act.LOOKED, event or "all evidence", f"{len(found)} files listed")
    if as_json:
        print_json([_data(file, reasons.get(file.event)) for file in found])
        return
    rows = ((f.path, f.camera, utc_text(f.made_ms), _size(f.bytes), _state(f)) for f in found)
    print_rows(("file", "camera", "made", "size", "state"), rows, "No evidence.")


@app.command("lock")
def lock(
    where: WhereArgument,
    event: EventArgument,
    *,
    reason: Annotated[str, typer.Option(help="Reason for keeping it; it is stored in the audit log.")],
    until: Annotated[
        str,
        typer.Option(
            metavar="TIME", help=f"End of the lock, for example 2026-03-31; at most {LONGEST_LOCK_DAYS} days."
        ),
    ],
) -> None:
    """Keep the evidence of an incident beyond retention, with a reason and an end."""
    until_ms = _moment(until)
    with writing(the_database(where)) as connection:
        made = evidence.lock(connection, event, reason, until_ms, actor())
    sys.stdout.write(f"{event} is locked until {utc_text(made.until_ms)}: {made.reason}\n")


@app.command("unlock")
def unlock(where: WhereArgument, event: EventArgument) -> None:
    """Unlock evidence: retention applies to it again."""
    with writing(the_database(where)) as connection:
        evidence.unlock(connection, event, actor())
    sys.stdout.write(f"{event} is no longer locked\n")


def _data(file: Kept, lock: evidence.Lock | None) -> dict[str, Any]:
    data = asdict(file)
    times = {name: optional_text(data.pop(f"{name}_ms")) for name in ("taken", "made", "gone", "locked_until")}
    why = {"reason": lock.reason, "locked_by": lock.locked_by} if lock else {"reason": None, "locked_by": None}
    return {**data, **times, **why}


def _state(file: Kept) -> str:
    if file.gone_ms is not None:
        return f"removed {utc_text(file.gone_ms)}: {file.gone_why}"
    if not file.is_finished:
        return "being written"
    return f"locked until {utc_text(file.locked_until_ms)}" if file.locked_until_ms else "kept"


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.0f} kB"


def _moment(text: str) -> int:
    """Return the time; a day means its end, UTC unless it has an offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--until {text!r} is not a time; write for example 2026-03-31 or 2026-03-31T18:00"
        ) from error
    if len(text) <= len("2026-03-31"):
        moment = moment.replace(hour=23, minute=59, second=59)
    return utc_ms((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat())

"""`passerby outbox`: what was delivered to each destination, and what was set aside."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from passerby.app.actor import actor
from passerby.app.clock import SystemClock
from passerby.app.destinations import make_destination, sample_event
from passerby.app.options import JsonOption, WhereArgument
from passerby.app.tables import print_json, print_rows
from passerby.app.unit_file import load_unit
from passerby.camera.ids import live_ids
from passerby.contracts.errors import UsageError
from passerby.contracts.time import Timestamp
from passerby.store import audit, outbox
from passerby.store.audit import Act
from passerby.store.connect import reading, writing
from passerby.store.results import the_database
from passerby.store.utc import utc_text

app = typer.Typer(help="Show and repair the delivery of events to other systems.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the destination.")]
MOST_SHOWN = 1_000


@app.command("list")
def list_(
    where: WhereArgument,
    *,
    name: Annotated[
        str | None, typer.Option("--aside", metavar="NAME", help="List the events that were set aside for NAME.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the destinations: waiting events, failures, and events that were set aside."""
    with reading(the_database(where)) as connection:
        known = outbox.progress(connection)
        shown = outbox.aside(connection, _known(known, name), MOST_SHOWN) if name else []
    if name:
        _print_aside(shown, as_json=as_json)
        return
    if as_json:
        print_json([asdict(one) | {"waiting": one.newest - one.row} for one in known])
        return
    rows = [(p.destination, str(p.newest - p.row), str(p.aside), _failure(p)) for p in known]
    print_rows(("destination", "waiting", "set aside", "failing"), rows, "No destination has been used yet.")


@app.command()
def retry(where: WhereArgument, name: NameArgument) -> None:
    """Send the events that were set aside once more; the running unit, or the next one, does it."""
    _change(where, name, "retry", outbox.retry, "to be sent again")


@app.command()
def drop(where: WhereArgument, name: NameArgument) -> None:
    """Remove the events that were set aside from the outbox; they stay in the database."""
    _change(where, name, "drop", outbox.drop, "dropped")


@app.command()
def test(
    config: Annotated[Path, typer.Argument(metavar="UNIT.YAML", help="The unit's configuration.")],
    name: NameArgument,
) -> None:
    """Send one event of the kind `test` to a destination of the configuration."""
    unit, clock = load_unit(config), SystemClock()
    chosen = next((one for one in unit.destinations if one.name == name), None)
    if chosen is None:
        names = ", ".join(one.name for one in unit.destinations) or "none"
        raise UsageError(f"{config} has no destination {name!r}; it has: {names}")
    destination = make_destination(chosen, unit.station, clock, config.parent)
    try:
        destination.send([sample_event(Timestamp(0, clock.utc_ns()).utc, live_ids(clock)())])
    finally:
        destination.close()
    typer.echo(f"{name} confirmed the event")


def _change(where: Path, name: str, what: str, change: Any, said: str) -> None:
    with writing(the_database(where)) as connection:
        _known(outbox.progress(connection), name)
        number = change(connection, name)
        audit.record(connection, actor(), Act.DELIVERY_CHANGED, name, f"{what}: {number} events")
    typer.echo(f"{number} events of {name} {said}")


def _known(known: list[outbox.Progress], name: str) -> str:
    if name not in {one.destination for one in known}:
        names = ", ".join(one.destination for one in known) or "none"
        raise UsageError(f"there is no destination {name!r}; there are: {names}")
    return name


def _failure(one: outbox.Progress) -> str:
    return "" if one.since_ms is None else f"since {utc_text(one.since_ms)}: {one.error}"


def _print_aside(shown: list[outbox.SetAside], *, as_json: bool) -> None:
    if as_json:
        print_json([{"at": utc_text(o.at_ms), "reason": o.reason, "event": asdict(o.event)} for o in shown])
        return
    rows = [(utc_text(one.at_ms), one.event.id, str(one.event.seq), one.event.kind, one.reason) for one in shown]
    print_rows(("set aside", "id", "seq", "kind", "reason"), rows, "No event was set aside.")

"""`passerby centre`: the control room of many units."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.actor import actor
from passerby.app.centre_opening import opened_database, opened_folder
from passerby.app.logs import LogFormat, LogFormatOption, start_log
from passerby.app.stopping import stop_on_signals
from passerby.contracts.errors import UsageError
from passerby.store.audit import Act

app = typer.Typer(
    help="Run the control room of many units: it takes their reports and serves its console.", no_args_is_help=True
)
DatabaseOption = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="PASSERBY_CENTRE_DATABASE",
        metavar="URL",
        help="PostgreSQL: postgresql://USER@HOST/NAME.",
        show_envvar=True,
    ),
]
StationOption = Annotated[str, typer.Option("--station", help="Its station.")]
UnitArgument = Annotated[str, typer.Argument(metavar="UNIT", help="Name of the unit.")]


FolderArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder of the accounts, the audit log and the keys.")
]


@app.command()
def migrate(*, database: DatabaseOption) -> None:
    """Make the tables of the control room, or bring them up to date."""
    from passerby.centre.store.engine import migrate as bring_up_to_date

    with opened_database(database) as engine:
        bring_up_to_date(engine)
    typer.echo("the tables are up to date")


@app.command("enrol-unit")
def enrol_unit(
    folder: FolderArgument,
    unit: UnitArgument,
    *,
    database: DatabaseOption,
    station: StationOption,
    organisation: Annotated[str, typer.Option("--organisation", help="Who runs the station.")] = "metro",
    line: Annotated[str, typer.Option("--line", help="The line of the station.")] = "",
) -> None:
    """Add a unit, or give it another token, and print the token once."""
    for name in (unit, station, organisation, line):
        if len(name) > 200 or not name.isprintable() or (not name.strip() and name is not line):
            raise UsageError(f"{name[:50]!r} is no name; give 1 to 200 printable characters")
    from passerby.centre.store.engine import check_schema, store_errors
    from passerby.centre.store.units import NewUnit, enrol
    from passerby.console.passwords import new_token

    token = new_token()
    with opened_database(database) as engine, opened_folder(folder) as enter:
        check_schema(engine)
        with store_errors(), engine.begin() as connection:
            enrol(connection, NewUnit(unit, station, organisation, line), token)
        enter(actor(), Act.UNIT_ADDED, unit, f"{organisation}, {line or 'no line'}, {station}")
    typer.echo(token)


@app.command("revoke-unit")
def revoke_unit(folder: FolderArgument, unit: UnitArgument, *, database: DatabaseOption) -> None:
    """Take the token and the certificate of a unit; what it reported stays."""
    from passerby.centre.store.engine import check_schema
    from passerby.centre.store.fleet import FleetTables

    with opened_database(database) as engine, opened_folder(folder) as enter:
        check_schema(engine)
        FleetTables(engine).revoke(unit)
        enter(actor(), Act.UNIT_REVOKED, unit, "")
    typer.echo(f"{unit} may not report any more")


@app.command()
def run(
    config: Annotated[Path, typer.Argument(metavar="CENTRE.YAML", help="Settings of the console.")],
    folder: FolderArgument,
    *,
    database: DatabaseOption,
    port: Annotated[int, typer.Option(min=1024, max=65535, help="Port that units ask.")] = 8610,
    nats: Annotated[
        str | None,
        typer.Option(envvar="PASSERBY_CENTRE_NATS", metavar="URL", help="Take reports from tls://… or nats://…."),
    ] = None,
    nats_ca: Annotated[Path | None, typer.Option(help="PEM file of the authority of the NATS server.")] = None,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Take reports of units, serve the console and roll out configurations until Ctrl-C or SIGTERM.

    Units ask at the address of the console, with its certificate, on a port of their own.
    """
    from passerby.centre.console.settings_file import read_settings

    start_log(logging.INFO, log_format)
    if nats is not None and not nats.startswith(("tls://", "nats://")):
        raise UsageError("--nats is an address tls://HOST or nats://HOST")
    settings, stop = read_settings(config), threading.Event()
    from passerby.app.centre_running import NatsAddress, running_centre

    with (
        stop_on_signals(stop),
        opened_database(database) as engine,
        running_centre(settings, engine, folder, port, NatsAddress(nats, nats_ca)),
    ):
        stop.wait()

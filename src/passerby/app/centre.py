"""`passerby centre`: the control room of many units."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.app.logs import LogFormat, LogFormatOption, start_log
from passerby.app.stopping import stop_on_signals
from passerby.contracts.errors import UsageError
from passerby.contracts.settings import ConsoleSettings
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from passerby.centre.console.settings import CentreConsole

log = logging.getLogger(__name__)
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


@app.command()
def migrate(*, database: DatabaseOption) -> None:
    """Make the tables of the control room, or bring them up to date."""
    from passerby.centre.store.engine import migrate as bring_up_to_date

    with _opened(database) as engine:
        bring_up_to_date(engine)
    typer.echo("the tables are up to date")


@app.command("enrol-unit")
def enrol_unit(
    unit: UnitArgument,
    *,
    database: DatabaseOption,
    station: StationOption,
    organisation: Annotated[str, typer.Option("--organisation", help="Who runs the station.")] = "metro",
    line: Annotated[str, typer.Option("--line", help="The line of the station.")] = "",
) -> None:
    """Add a unit, or give it another token, and print the token once."""
    from passerby.centre.store.engine import check_schema, store_errors
    from passerby.centre.store.units import NewUnit, enrol
    from passerby.console.passwords import new_token

    for name in (unit, station, organisation, line):
        if len(name) > 200 or not name.isprintable() or (not name.strip() and name is not line):
            raise UsageError(f"{name[:50]!r} is no name; give 1 to 200 printable characters")
    token = new_token()
    with _opened(database) as engine:
        check_schema(engine)
        with store_errors(), engine.begin() as connection:
            enrol(connection, NewUnit(unit, station, organisation, line), token)
    typer.echo(token)


@app.command("revoke-unit")
def revoke_unit(unit: UnitArgument, *, database: DatabaseOption) -> None:
    """Take the token of a unit: its reports are not accepted any more; what it reported stays."""
    from passerby.centre.store.engine import check_schema, store_errors
    from passerby.centre.store.units import revoke

    with _opened(database) as engine:
        check_schema(engine)
        with store_errors(), engine.begin() as connection:
            if not revoke(connection, unit):
                raise UsageError(f"there is no unit {unit!r}")
    typer.echo(f"{unit} may not report any more")


@app.command()
def run(
    config: Annotated[Path, typer.Argument(metavar="CENTRE.YAML", help="Settings of the console.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for accounts and the audit log.")],
    *,
    database: DatabaseOption,
    port: Annotated[int, typer.Option(min=1024, max=65535, help="Port for the reports of units.")] = 8610,
    nats: Annotated[
        str | None,
        typer.Option(envvar="PASSERBY_CENTRE_NATS", metavar="URL", help="Take reports from tls://… or nats://…."),
    ] = None,
    nats_ca: Annotated[Path | None, typer.Option(help="PEM file of the authority of the NATS server.")] = None,
    log_format: LogFormatOption = LogFormat.TEXT,
) -> None:
    """Take reports of units and serve the console until Ctrl-C or SIGTERM.

    Reports are taken at the address of the console and with its certificate.
    """
    from passerby.centre.console.settings_file import read_settings

    start_log(logging.INFO, log_format)
    if nats is not None and not nats.startswith(("tls://", "nats://")):
        raise UsageError("--nats is an address tls://HOST or nats://HOST")
    settings, stop = read_settings(config), threading.Event()
    with ExitStack() as stack:
        stack.enter_context(stop_on_signals(stop))
        engine = stack.enter_context(_opened(database))
        intake = settings.console.model_copy(update={"port": port, "root_path": ""})
        _take_reports(stack, engine, intake, nats, nats_ca)
        _serve_console(stack, engine, folder, settings)
        stop.wait()


def _take_reports(
    stack: ExitStack, engine: Engine, settings: ConsoleSettings, nats: str | None, nats_ca: Path | None
) -> None:
    """Take reports until the stack ends. Raises StoreError if the tables are not up to date."""
    from passerby.adapters.signed_post import trust
    from passerby.centre.desk import ReportDesk
    from passerby.centre.intake import MOST_CONNECTIONS, create_intake
    from passerby.centre.store.engine import check_schema
    from passerby.console.server import WebServer

    check_schema(engine)
    desk = ReportDesk(engine, now_ms)
    if nats is not None:
        from passerby.centre.nats_intake import NatsIntake

        tls = trust(str(nats_ca) if nats_ca else None) if nats.startswith("tls://") else None
        stack.enter_context(NatsIntake(desk, nats, tls))
    server = stack.enter_context(WebServer(create_intake(desk), settings, most=MOST_CONNECTIONS))
    log.info("taking reports of units at %s", server.address)


def _serve_console(stack: ExitStack, engine: Engine, folder: Path, settings: CentreConsole) -> None:
    from passerby.centre.console.app import create
    from passerby.centre.console.ports import CentrePorts
    from passerby.centre.console.unit_pictures import UnitPictures
    from passerby.centre.store.queries import PostgresQueries
    from passerby.console.server import WebServer

    store = stack.enter_context(ResultsStore(folder))
    pictures = UnitPictures(settings.addresses(), settings.unit_ca_file)
    stack.callback(pictures.close)
    ports = CentrePorts(store, folder, PostgresQueries(engine), pictures, settings.name, settings.timezone)
    pages = create(ports, settings.console)
    server = stack.enter_context(WebServer(pages, settings.console))
    stack.callback(pages.state.services.feed.close)
    log.info("console: %s", server.address)
    token = pages.state.services.first_run.token
    if token is not None:
        log.info("console: no accounts yet; create the first one at %ssetup with token %s", server.address, token)


@contextmanager
def _opened(database: str) -> Iterator[Engine]:
    if find_spec("sqlalchemy") is None or find_spec("pg8000") is None or find_spec("alembic") is None:
        raise UsageError("a control room needs further packages: pip install 'passerby[centre]'")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it names each of its plug-ins
    from passerby.centre.store.engine import connect

    engine = connect(database)
    try:
        yield engine
    finally:
        engine.dispose()

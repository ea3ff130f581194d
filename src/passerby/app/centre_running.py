"""The parts of a running control room: what units ask, the console, and the rollouts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from sqlite3 import Connection

from sqlalchemy import Engine

from passerby.adapters.signed_post import trust
from passerby.app.centre_opening import entering
from passerby.centre.acts_for_units import ActsForUnits
from passerby.centre.acts_of_units import ActsOfUnits
from passerby.centre.console.serving import serving
from passerby.centre.console.settings import CentreConsole, CentreRetention
from passerby.centre.fleet.fleet_desk import FleetDesk
from passerby.centre.fleet.folder import made_keys
from passerby.centre.fleet.routes import fleet_routes
from passerby.centre.intake import MOST_CONNECTIONS, create_intake
from passerby.centre.repeating import Repeating
from passerby.centre.report_desk import ReportDesk
from passerby.centre.store.engine import check_schema
from passerby.centre.store.fleet import FleetTables
from passerby.centre.store.queries import PostgresQueries
from passerby.centre.store.retention import DAY_MS, KeptDays, remove_old
from passerby.console.server import WebServer
from passerby.store import audit, handling
from passerby.store.audit import CONTROL_ROOM, Act
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms

log = logging.getLogger(__name__)
# How often, seconds.
ROLLOUT_S, RETENTION_S = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class NatsAddress:
    """Where reports come over NATS. url: None for not at all. ca_file: of the server's authority."""

    url: str | None
    ca_file: Path | None


NO_NATS = NatsAddress(None, None)


@dataclass(frozen=True, slots=True)
class RunningCentre:
    """Two servers: what units ask, and the console."""

    intake: WebServer
    console: WebServer


@contextmanager
def running_centre(
    settings: CentreConsole,
    engine: Engine,
    folder: Path,
    port: int,
    nats: NatsAddress = NO_NATS,
    console_port: int | None = None,
) -> Iterator[RunningCentre]:
    """Run it for a with block.

    port: for units; 0 selects a free one. console_port: instead of that of the settings.
    Raises StoreError if the tables are not up to date or the folder is in use.
    """
    check_schema(engine)
    with ExitStack() as stack:
        store = stack.enter_context(ResultsStore(folder))
        tables = FleetTables(engine)
        fleet = FleetDesk(tables, made_keys(folder, tables), entering(store.write), now_ms, since_ms=now_ms())
        acts = ActsForUnits(store, engine, now_ms), ActsOfUnits(store, engine)
        desk = ReportDesk(engine, now_ms, *acts)
        intake = _taking(stack, settings, desk, fleet, port, nats)
        console = stack.enter_context(serving(settings, store, PostgresQueries(engine), fleet, console_port))
        stack.enter_context(Repeating("rollout", fleet.step, ROLLOUT_S))
        clean = partial(remove_old_reports, settings.retention, engine, store)
        stack.enter_context(Repeating("retention", clean, RETENTION_S))
        yield RunningCentre(intake, console)


def remove_old_reports(retention: CentreRetention, engine: Engine, store: ResultsStore) -> None:
    """Remove what is older than the settings say, with an entry in the audit log. Raises StoreError."""
    now = now_ms()
    kept = KeptDays(retention.events_days, retention.counts_days, retention.health_days)
    removed = str(remove_old(engine, kept, now))

    def write(connection: Connection) -> None:
        acts = handling.remove_before(connection, now - kept.events * DAY_MS)
        said = ", ".join(filter(None, (removed, f"acts: {acts}" if acts else "")))
        if said:
            audit.record(connection, CONTROL_ROOM, Act.PURGED, "reports of units", said)

    store.write(write)


def _taking(
    stack: ExitStack, settings: CentreConsole, desk: ReportDesk, fleet: FleetDesk, port: int, nats: NatsAddress
) -> WebServer:
    if nats.url is not None:
        from passerby.centre.nats_intake import NatsIntake

        ca_file = str(nats.ca_file) if nats.ca_file else None
        tls = trust(ca_file) if nats.url.startswith("tls://") else None
        stack.enter_context(NatsIntake(desk, nats.url, tls))
    where = settings.console.model_copy(update={"root_path": ""})
    server = stack.enter_context(
        WebServer(create_intake(desk, fleet_routes(fleet)), where, port, most=MOST_CONNECTIONS)
    )
    log.info("units ask at %s", server.address)
    return server

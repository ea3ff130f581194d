"""Serves the console of a control room for as long as its program runs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager

from passerby.centre.console.app import create
from passerby.centre.console.ports import CentrePorts, ReportedQueries
from passerby.centre.console.settings import CentreConsole
from passerby.centre.console.unit_pictures import UnitPictures
from passerby.centre.fleet.fleet_desk import FleetDesk
from passerby.console.server import WebServer
from passerby.store.results import ResultsStore

log = logging.getLogger(__name__)


@contextmanager
def serving(
    settings: CentreConsole,
    store: ResultsStore,
    reported: ReportedQueries,
    fleet: FleetDesk,
    port: int | None = None,
) -> Iterator[WebServer]:
    """Serve it for a with block. store: of accounts, acts and the audit log. port: 0 selects a free one.

    Raises UsageError if the address or a certificate cannot be used.
    """
    with closing(UnitPictures(settings.addresses(), settings.unit_ca_file)) as pictures:
        ports = CentrePorts(store, store.folder, reported, pictures, fleet, settings.name, settings.timezone)
        app = create(ports, settings.console)
        with WebServer(app, settings.console, port) as server:
            _announce(server.address, app.state.services.first_run.token)
            try:
                yield server
            finally:
                app.state.services.feed.close()


def _announce(address: str, token: str | None) -> None:
    log.info("console: %s", address)
    if token is not None:
        log.info("console: no accounts yet; create the first one at %ssetup with token %s", address, token)

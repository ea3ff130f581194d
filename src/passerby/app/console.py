"""The console of a running unit: what it reads, and where it listens."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from passerby.app.finding import NetworkCameras
from passerby.console.ports import ConsolePorts, DepartureInbox, UnitControl, UnitStatus
from passerby.contracts.errors import UsageError
from passerby.contracts.live import LivePictures
from passerby.contracts.settings import ConsoleSettings
from passerby.store.results import ResultsStore
from passerby.unit.recorder import Subscriber

log = logging.getLogger(__name__)


class ConsoleSource(UnitStatus, Protocol):
    """A running unit as the console sees it."""

    @property
    def live(self) -> LivePictures:
        """The live view."""
        ...

    @property
    def departures(self) -> DepartureInbox:
        """Takes departures by message."""
        ...

    @property
    def control(self) -> UnitControl:
        """Takes requests for changes."""
        ...


@contextmanager
def serving(
    source: ConsoleSource, store: ResultsStore, folder: Path, settings: ConsoleSettings | None
) -> Iterator[Subscriber | None]:
    """Serve the console for a with block; without settings, do nothing.

    Yields the subscriber through which the recorder announces an alarm before it is stored.
    A unit runs without its console if the port is in use: the analysis must not end for a web page.
    """
    if settings is None:
        yield None
        return
    from passerby.console.app import create  # a web server is slow to import, and not every run has one
    from passerby.console.server import WebServer

    ports = ConsolePorts(store, source.live, source, folder, source.departures, source.control, NetworkCameras())
    app = create(ports, settings)
    try:
        server = WebServer(app, settings)
    except UsageError as error:
        log.error("%s; the unit runs without it", error)
        yield None
        return
    known = app.state.services
    with server:
        log.info("console: %s", server.address)
        token = known.first_run.token
        if token is not None:
            log.info(
                "console: no accounts yet; create the first one at %ssetup with token %s", server.address, token
            )
        try:
            yield known.feed.announce
        finally:
            known.feed.close()
            if known.onvif is not None:
                known.onvif.close()

"""Writes the feeds for passenger information into files, each minute."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StoreError
from passerby.contracts.transit import Transit
from passerby.files.whole import write_whole

if TYPE_CHECKING:
    from passerby.adapters.transit.present import Querying

log = logging.getLogger(__name__)
EVERY_S = 60.0
FOLDER = "transit"


class TransitFiles(Closing):
    """Writes while the configuration asks for it, until `close`. transit: returns the present settings."""

    def __init__(self, folder: Path, transit: Callable[[], Transit], querying: Querying) -> None:
        self._folder, self._transit, self._querying = folder / FOLDER, transit, querying
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="transit files", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join(EVERY_S)

    def _work(self) -> None:
        wait_s = 0.0
        while not self._stop.wait(wait_s):
            wait_s = EVERY_S
            try:
                self._write()
            except StoreError as error:
                log.warning("feeds for passenger information: %s", error)

    def _write(self) -> None:
        transit = self._transit()
        if not (transit.files and transit.stops):
            return
        from passerby.adapters.transit.present import GTFS_FILE, SIRI_FILE, transit_feed  # with Protocol Buffers

        for name in (SIRI_FILE, GTFS_FILE):
            write_whole(self._folder / name, transit_feed(name, transit, self._querying), make_folder=True)

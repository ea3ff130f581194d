"""Events that the store could not take before the unit stopped, stored in a file until the next start."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event
from passerby.files.whole import write_whole
from passerby.store.encode import event_from_line, event_line
from passerby.store.results import ResultsStore

log = logging.getLogger(__name__)
SPOOL = "events.spool"


class EventSpool:
    """The spool of a results folder: lines as in events.jsonl, synced to the disk when `save` returns."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / SPOOL

    def save(self, events: Sequence[Event]) -> None:
        """Save events in place of the previous ones. Raises StoreError if the file cannot be written."""
        write_whole(self._path, b"".join(map(event_line, events)))

    def load_into(self, store: ResultsStore) -> int:
        """Write the saved events into the store and remove the file; return their number.

        Lines that cannot be read are reported and skipped. Raises StoreError if the store cannot be written; the
        file then remains.
        """
        events = list(self._events())
        if events:
            store.write_records(events)
            log.info("%d events of the last run that could not be stored then are stored now", len(events))
        self._path.unlink(missing_ok=True)
        return len(events)

    def _events(self) -> list[Event]:
        try:
            lines = self._path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreError(f"{self._path} cannot be read ({error.strerror}); check its permissions") from error
        events = []
        for line in lines:
            try:
                events.append(event_from_line(line))
            except StoreError as error:
                log.error("%s: %s", self._path, error)
        return events

"""The queue between the cameras and the store: bounded, and no camera waits for a disk.

All records of a frame are queued at once and written in one transaction; waiting frames share the next one. While
the store cannot write, records wait here with their own times; records that do not fit are counted. Events of
alarm severity reach the subscribers before they are written.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, EvidenceFile, Severity
from passerby.contracts.ports import Record, Report
from passerby.unit.outage import UnitOutage

log = logging.getLogger(__name__)
CAPACITY = 10_000
# Most records in one transaction: a slow disk writes them in a tenth of a second.
MOST_IN_A_TRANSACTION = 1_000
RETRY_FIRST_S, RETRY_MOST_S = 0.05, 2.0
# A recording without a store for this long stops, seconds.
PATIENT_FOR_S = 1.0
CLOSE_S = 5.0
# A file with pictures waits this long for its record; a store that is not available then must cost no picture.
RECORD_FILE_S = 0.2


Derive = Callable[[], Iterable[Record]]


class RecordStore(Protocol):
    """The store of the recorder."""

    def write_records(self, records: Sequence[Record]) -> list[str]:
        """Write all records in one transaction; return the reasons of permanently refused ones.

        Raises StoreError if nothing could be written; a repetition is then correct and harmless.
        """
        ...


class Derivation(Protocol):
    """Derives further records: flows, occupancy, alarms."""

    def of(self, record: Record) -> Iterable[Record]:
        """Return the record and the derived records, in the order of writing."""
        ...

    def close(self) -> Iterable[Record]:
        """Return the unfinished records at the end of the run."""
        ...


class Spool(Protocol):
    """Keeps events that the store could not take until the next start."""

    def save(self, events: Sequence[Event]) -> None:
        """Keep the events. Raises StoreError if that also fails."""
        ...


Subscriber = Callable[[Event, bool], None]
"""Is called with an event of alarm severity and whether it is stored; it must not wait for anything."""


@dataclass(frozen=True, slots=True)
class RecorderSettings:
    """capacity: most waiting records.

    patient: `put` waits for space and raises StoreError if the store stays unavailable, as for a recording;
    otherwise records that do not fit are lost and counted. close_s: longest time that `close` waits for the store.
    """

    capacity: int = CAPACITY
    patient: bool = False
    close_s: float = CLOSE_S


class Recorder(Closing):
    """Takes records from any thread; a separate thread writes them.

    outage: turns an unavailable store into an incident; None for a recording. spool: keeps the events that are
    left at the end. lost: counts records that could not be stored, by kind.
    """

    def __init__(
        self,
        store: RecordStore,
        derivation: Derivation,
        *,
        settings: RecorderSettings = RecorderSettings(),
        outage: UnitOutage | None = None,
        spool: Spool | None = None,
        subscribers: Sequence[Subscriber] = (),
    ) -> None:
        self._store, self._derivation, self._settings = store, derivation, settings
        self._outage, self._spool, self._subscribers = outage, spool, tuple(subscribers)
        self.lost: Counter[str] = Counter()
        self._waiting: deque[Record | Derive] = deque()
        self._in_hand: tuple[Record | Derive, ...] = ()
        self._changed = threading.Condition()
        self._is_closing = self._is_finished = self._is_given_up = False
        self._error: StoreError | None = None
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
        self._thread.start()

    def put(self, records: Iterable[Record]) -> None:
        """Take the records of a frame. Raises StoreError if the settings are patient and the store stays
        unavailable."""
        records = list(records)
        self._notify(records, stored=False)
        with self._changed:
            if self._settings.patient:
                self._changed.wait_for(lambda: self._error or len(self._waiting) < self._settings.capacity)
                if self._error:
                    raise self._error
            if self._is_given_up:  # a camera that did not end in time
                self.lost.update(type(record).__name__ for record in records)
                return
            for record in records:
                self._take(record)
            self._changed.notify_all()

    def derive(self, make: Derive) -> None:
        """Call `make` in the recorder's thread after all records so far, and take what it returns."""
        with self._changed:
            self._waiting.append(make)
            self._changed.notify_all()

    def record_file(self, file: EvidenceFile) -> None:
        """Take the record of a file; return when that of a file to be made is written, or after RECORD_FILE_S.

        Raises StoreError as `put`.
        """
        self.put([file])
        if not file.sha256:
            self.flush(RECORD_FILE_S)

    def flush(self, timeout_s: float | None = None) -> bool:
        """Wait until all records so far are written; return whether they are. Raises StoreError as `put`."""
        with self._changed:
            self._changed.wait_for(lambda: self._error or self._is_idle, timeout_s)
            if self._error:
                raise self._error
            return self._is_idle

    def close(self) -> None:
        """Write the remaining records; events that the store does not take in time go to the spool.

        Raises StoreError if the settings are patient and something was not written.
        """
        with self._changed:
            if self._is_closing:
                return
            self._is_closing = True
            self._changed.notify_all()
        patience_s = None if self._settings.patient else self._settings.close_s
        self._thread.join(patience_s)
        with self._changed:
            self._is_given_up = True
            left = [record for record in (*self._in_hand, *self._waiting) if not callable(record)]
            self._waiting.clear()
            self._changed.notify_all()
        self._keep_rest(left)
        if self._error is not None:
            raise self._error

    @property
    def queued(self) -> int:
        """The number of records that wait for the store."""
        return len(self._waiting) + len(self._in_hand)

    @property
    def _is_idle(self) -> bool:
        return not self._waiting and not self._in_hand

    def _take(self, record: Record) -> None:
        """Queue one record; events replace samples, because a sample comes again in a minute."""
        if len(self._waiting) >= self._settings.capacity and not self._make_room(record):
            self.lost[type(record).__name__] += 1
            return
        self._waiting.append(record)

    def _make_room(self, record: Record) -> bool:
        if not isinstance(record, Event):
            return False
        place = next((k for k, other in enumerate(self._waiting) if isinstance(other, Report)), None)
        if place is None:
            return False
        self.lost[type(self._waiting[place]).__name__] += 1
        del self._waiting[place]
        return True

    def _work(self) -> None:
        while (batch := self._next_batch()) is not None:
            if batch and not self._write(batch):
                return
            self._notify(batch, stored=True)

    def _next_batch(self) -> tuple[Record, ...] | None:
        """Wait for records and take them; None when the recorder is closed and nothing is left.

        It is empty if what was derived has no records.
        """
        with self._changed:
            self._in_hand = ()
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_IN_A_TRANSACTION))]
            self._in_hand = tuple(taken)
            self._changed.notify_all()
        made = tuple(self._derived(taken))
        with self._changed:
            self._in_hand = made
        return made if taken or made else None

    def _derived(self, taken: Sequence[Record | Derive]) -> Iterator[Record]:
        """Yield records with the derived ones; at the end, once, the unfinished ones."""
        for record in taken:
            yield from record() if callable(record) else self._derivation.of(record)
        if not taken and not self._is_finished:
            self._is_finished = True
            yield from self._derivation.close()

    def _write(self, batch: Sequence[Record]) -> bool:
        """Write until success; return False if the recorder was stopped meanwhile."""
        wait_s, began_s = RETRY_FIRST_S, time.monotonic()
        while not self._is_given_up:
            try:
                refused = self._store.write_records(batch)
            except StoreError as error:
                if not self._try_again(error, time.monotonic() - began_s, wait_s):
                    return False
                wait_s = min(2 * wait_s, RETRY_MOST_S)
                continue
            for why in refused:
                self.lost["records that were refused"] += 1
                log.error("a record was not stored: %s", why)
            if self._outage is not None:
                self._queue(self._outage.over(self.lost.total()))
            return True
        return False

    def _try_again(self, error: StoreError, failing_s: float, wait_s: float) -> bool:
        if self._settings.patient and failing_s >= PATIENT_FOR_S:
            with self._changed:
                self._error = error
                self._changed.notify_all()
            return False
        if self._outage is not None:
            started = self._outage.lasts(str(error), failing_s)
            self._notify(started, stored=False)
            self._queue(started)
        with self._changed:
            self._changed.wait_for(lambda: self._is_given_up, wait_s)
        return True

    def _queue(self, records: Sequence[Record]) -> None:
        """Queue a report of the recorder itself, even over its capacity."""
        with self._changed:
            self._waiting.extend(records)

    def _notify(self, records: Iterable[Record], *, stored: bool) -> None:
        for event in alarming(records):
            for subscriber in self._subscribers:
                with suppress(Exception):  # a viewer's fault must not keep events from being stored
                    subscriber(event, stored)

    def _keep_rest(self, left: Sequence[Record]) -> None:
        events = list(islice((r for r in left if isinstance(r, Event)), self._settings.capacity))
        self.lost.update(type(r).__name__ for r in left if not isinstance(r, Event))
        try:
            if events and self._spool is not None:
                self._spool.save(events)
                log.warning("%d events wait in a file until the store can be written again", len(events))
                return
        except StoreError as error:
            log.error("events could not be kept for the next start: %s", error)
        self.lost.update(type(r).__name__ for r in events)
        if self.lost:
            log.error("lost because the store could not be written: %s", dict(self.lost))


def alarming(records: Iterable[Record]) -> Iterator[Event]:
    """Yield the events of alarm severity."""
    return (r for r in records if isinstance(r, Event) and r.severity is Severity.ALARM)

"""Sends stored events to destinations: at least once, in order, and only after they are stored.

One thread per destination follows the table of events. It goes on only when the destination has confirmed, so a
crash or a week without network loses nothing; an event that was under way may arrive twice, with the same id.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from passerby.contracts.closing import Closing
from passerby.contracts.destinations import (
    DeliveryError,
    DeliveryRefusedError,
    Destination,
    EventDestination,
    StateDestination,
)
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event
from passerby.contracts.time import Clock
from passerby.ingest.backoff import Backoff
from passerby.store import outbox
from passerby.store.outbox import SetAside
from passerby.store.results import ResultsStore
from passerby.unit.newest_state import NewestState
from passerby.unit.outage import REFUSAL, UnitOutage
from passerby.unit.refused_events import RefusedEvents

log = logging.getLogger(__name__)
# How often a destination looks for new events, seconds: an alarm reaches it within a second.
LOOK_EVERY_S = 0.5
FIRST_RETRY_S, MOST_RETRY_S = 1.0, 300.0
MS_PER_H = 3_600_000
AT_ONCE = 500

Put = Callable[[Sequence[Event]], None]


class Courier(Closing):
    """Delivers the events of a store to one destination until `close`.

    outage: the incident while nothing can be delivered. refusals: the incident of events that the destination
    refuses. put: takes both.
    """

    def __init__(
        self,
        store: ResultsStore,
        settings: Destination,
        destination: EventDestination,
        clock: Clock,
        outage: UnitOutage,
        put: Put,
        refusals: RefusedEvents | None = None,
    ) -> None:
        self._refusals = refusals
        self._store, self._settings, self._destination = store, settings, destination
        self._clock, self._outage, self._put = clock, outage, put
        self._backoff = Backoff(FIRST_RETRY_S, MOST_RETRY_S)
        self._state = NewestState(store, destination) if isinstance(destination, StateDestination) else None
        self._lost, self._is_failing = 0, False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"outbox {settings.name}", daemon=True)

    def start(self) -> None:
        """Start the thread. Raises StoreError if the store cannot be written."""
        self._store.write(partial(outbox.begin, destination=self._settings.name))
        self._thread.start()

    def close(self) -> None:
        """End the thread after the present attempt; what is waiting is sent after the next start."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(self._settings.timeout_s + 1)
        self._destination.close()

    def _work(self) -> None:
        wait_s = 0.0
        while not self._stop.wait(wait_s):
            try:
                is_more = self._step()
                if not is_more:
                    self._show()
                wait_s = 0.0 if is_more else LOOK_EVERY_S
                self._backoff.reset()
            except DeliveryError as error:
                wait_s = self._backoff.next_s()
                self._failed(error)
            except StoreError as error:
                wait_s = self._backoff.next_s()
                log.warning("destination %s: %s", self._settings.name, error)

    def _step(self) -> bool:
        """Deliver one message; return whether there may be more. Raises DeliveryError and StoreError."""
        name, batch = self._settings.name, self._settings.batch
        with self._store.reading() as connection:
            again = outbox.aside(connection, name, batch, again=True)
            found = [] if again else outbox.waiting(connection, name, AT_ONCE)
        if again:
            self._send_again(again)
            return True
        chosen = [(row, event) for row, event in found if self._settings.wants(event)][:batch]
        if not chosen:
            if found:
                self._done(found[-1][0])
            return len(found) == AT_ONCE
        self._deliver(chosen)
        self._done(chosen[-1][0])
        return True

    def _show(self) -> None:
        """Show new counts to a destination that keeps them. Raises DeliveryError and StoreError."""
        if self._state is not None and self._state.show() and self._is_failing:
            self._done(0)  # the destination works again, although no event has waited for it

    def _deliver(self, rows: Sequence[tuple[int, Event]]) -> None:
        """Send rows; of a refused message each event alone, so that one event does not take others with it."""
        try:
            self._destination.send([event for _, event in rows])
        except DeliveryRefusedError as error:
            if len(rows) == 1:
                self._refused(*rows[0], str(error))
                return
            for row in rows:
                self._deliver([row])
        else:
            if self._refusals is not None:
                self._report(self._refusals.accepted())

    def _refused(self, row: int, event: Event, why: str) -> None:
        self._aside([row], why)
        # A destination that refuses every incident of a refusal would else cause another one each time.
        if self._refusals is not None and event.kind != REFUSAL.kind:
            self._report(self._refusals.refused(f"destination {self._settings.name}: {why}"))

    def _send_again(self, again: Sequence[SetAside]) -> None:
        """Send events that were set aside and are wanted again."""
        self._deliver([(one.row, one.event) for one in again])
        rows = [one.row for one in again]
        self._store.write(partial(outbox.sent_again, destination=self._settings.name, rows=rows))

    def _done(self, row: int) -> None:
        self._store.write(partial(outbox.done, destination=self._settings.name, row=row))
        self._report(self._outage.over(self._lost))
        self._lost, self._is_failing = 0, False

    def _failed(self, error: DeliveryError) -> None:
        at_ms, self._is_failing = self._now_ms(), True
        with suppress(StoreError):
            self._store.write(
                partial(outbox.failing, destination=self._settings.name, error=str(error), at_ms=at_ms)
            )
        self._report(self._outage.lasts(f"destination {self._settings.name}: {error}"))
        with suppress(StoreError):
            self._give_up()

    def _give_up(self) -> None:
        """Set events aside that are too old, or too many."""
        name, oldest_ms = self._settings.name, self._now_ms() - self._settings.give_up_h * MS_PER_H
        with self._store.reading() as connection:
            too_old = outbox.older(connection, name, round(oldest_ms), AT_ONCE)
            too_many = outbox.beyond(connection, name, self._settings.most_waiting, AT_ONCE)
        for rows, why in (
            (too_old, f"not delivered for {self._settings.give_up_h:g} h"),
            (too_many, f"more than {self._settings.most_waiting} events were waiting"),
        ):
            if rows:
                wanted = [row for row, event in rows if self._settings.wants(event)]
                self._aside(wanted, why, partial(outbox.give_up, up_to=rows[-1][0]))

    def _aside(self, rows: Sequence[int], why: str, write: Callable[..., None] = outbox.set_aside) -> None:
        name = self._settings.name
        self._store.write(partial(write, destination=name, rows=rows, reason=why, at_ms=self._now_ms()))
        self._lost += len(rows)
        if rows:
            log.error("destination %s: %d events were set aside: %s", name, len(rows), why)

    def _report(self, events: Sequence[Event]) -> None:
        if events:
            self._put(events)

    def _now_ms(self) -> int:
        return self._clock.utc_ns() // 1_000_000

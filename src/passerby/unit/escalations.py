"""Delivers escalated alarms: one thread takes the queue of the store, tries again, and gives up in the end.

A message is recorded with its state, so a person sees in the console whether it was taken.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from passerby.contracts.closing import Closing
from passerby.contracts.destinations import DeliveryError, DeliveryRefusedError
from passerby.contracts.errors import StoreError
from passerby.contracts.escalation import EscalationChannel
from passerby.contracts.time import Clock
from passerby.ingest.backoff import Backoff
from passerby.store import escalations
from passerby.store.escalations import QueuedEscalation
from passerby.store.results import ResultsStore

log = logging.getLogger(__name__)
# How often the queue is looked at, seconds: a message leaves within a second.
LOOK_EVERY_S = 0.5
FIRST_RETRY_S, MOST_RETRY_S = 1.0, 60.0
MS_PER_MIN, CLOSE_S = 60_000, 5.0


@dataclass(slots=True)
class _Lane:
    """One recipient: its channel, and when it is tried again after a failure, on the monotonic clock."""

    channel: EscalationChannel
    backoff: Backoff = field(default_factory=lambda: Backoff(FIRST_RETRY_S, MOST_RETRY_S))
    next_s: float = 0.0

    def failed(self) -> None:
        self.next_s = time.monotonic() + self.backoff.next_s()

    def worked(self) -> None:
        self.backoff.reset()
        self.next_s = 0.0


class EscalationPost(Closing):
    """Sends queued messages through the channels, by the name of the recipient, until `close`.

    A recipient that cannot be reached does not delay the others.
    """

    def __init__(
        self, store: ResultsStore, channels: Mapping[str, EscalationChannel], give_up_min: float, clock: Clock
    ) -> None:
        self._store, self._clock = store, clock
        self._lanes = {name: _Lane(channel) for name, channel in channels.items()}
        self._give_up_ms = round(give_up_min * MS_PER_MIN)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="escalations", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """End the thread after the present attempt; what is waiting is sent after the next start."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)
        for lane in self._lanes.values():
            lane.channel.close()

    def _work(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            try:
                self._round()
            except StoreError as error:
                log.warning("escalations: %s", error)

    def _round(self) -> None:
        with self._store.reading() as connection:
            found = escalations.waiting(connection)
        for one in found:
            lane = self._lanes.get(one.recipient)
            if lane is None:
                self._failed(one, f"the configuration has no recipient {one.recipient}", is_last=True)
            elif lane.next_s <= time.monotonic() and not self._stop.is_set():
                self._deliver(one, lane)

    def _deliver(self, one: QueuedEscalation, lane: _Lane) -> None:
        try:
            lane.channel.send(one.message)
        except DeliveryRefusedError as error:
            self._failed(one, str(error), is_last=True)
        except DeliveryError as error:
            lane.failed()
            self._failed(one, str(error), is_last=self._now_ms() - one.made_ms > self._give_up_ms)
        else:
            lane.worked()
            self._store.write(partial(escalations.sent, row=one.row, at_ms=self._now_ms()))

    def _failed(self, one: QueuedEscalation, error: str, *, is_last: bool) -> None:
        given_up_ms = self._now_ms() if is_last else None
        if is_last or error != one.error:
            log.error("escalation to %s: %s%s", one.recipient, error, "; given up" if is_last else "")
        self._store.write(partial(escalations.failed, row=one.row, error=error, given_up_ms=given_up_ms))

    def _now_ms(self) -> int:
        return self._clock.utc_ns() // 1_000_000

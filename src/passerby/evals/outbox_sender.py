"""A unit that stores events and delivers them, to be killed.

python -m passerby.evals.outbox_sender FOLDER URL CLOCK_OFFSET_S MAKES_EVENTS
"""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

from passerby.adapters.webhook import WebhookDestination
from passerby.camera.ids import live_ids
from passerby.contracts.destinations import Destination, EventDestination, Webhook
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, Phase, Severity
from passerby.contracts.time import Timestamp
from passerby.store import outbox
from passerby.store.results import ResultsStore
from passerby.unit.outage import DELIVERY_OUTAGE, UnitOutage
from passerby.unit.outbox import Courier

NAME, UNIT, SECRET = "centre", "Riverside", "a key for the test"
CAMERAS = ("platform-1", "platform-2", "hall")
# Not more events than this wait while the receiver is well, so that every kill meets fresh ones.
MOST_WAITING = 60
EVERY_S = 0.01


class SkewedClock:
    """The clocks of this machine; the wall clock is wrong by `offset_s`."""

    def __init__(self, offset_s: float) -> None:
        self._offset_ns = round(offset_s * 1e9)

    def mono_ns(self) -> int:
        """See Clock."""
        return time.monotonic_ns()

    def utc_ns(self) -> int:
        """See Clock."""
        return time.time_ns() + self._offset_ns


def main(folder: Path, url: str, offset_s: float, *, makes_events: bool) -> None:
    """Run until killed."""
    clock = SkewedClock(offset_s)
    settings = Webhook(kind="webhook", name=NAME, url=url, secret=SECRET, batch=5, timeout_s=2.0)
    deliver(folder, settings, WebhookDestination(settings, UNIT, clock), clock, makes_events=makes_events)


def deliver(
    folder: Path, settings: Destination, destination: EventDestination, clock: SkewedClock, *, makes_events: bool
) -> None:
    """Store events, if wanted, and deliver them until killed."""
    outage = UnitOutage(DELIVERY_OUTAGE, clock, live_ids(clock))
    with (
        ResultsStore(folder) as store,
        Courier(store, settings, destination, clock, outage, lambda _: None) as courier,
    ):
        store.write(partial(outbox.begin, destination=NAME))
        courier.start()
        while True:
            if makes_events:
                _make(store, clock)
            time.sleep(EVERY_S)


def _make(store: ResultsStore, clock: SkewedClock) -> None:
    """Store two events in one transaction; a full disk only delays them, as in the recorder."""
    try:
        with store.reading() as connection:
            (progress,) = outbox.progress(connection)
        if progress.newest - progress.row < MOST_WAITING:
            store.write_records([_event(progress.newest + n, clock) for n in (1, 2)])
    except StoreError:
        time.sleep(EVERY_S)


def _event(number: int, clock: SkewedClock) -> Event:
    at = Timestamp(0, clock.utc_ns())
    where = CAMERAS[number % len(CAMERAS)]
    return Event(f"e{number}", 0, "fall", Phase.START, where, "stairs", 0.0, 0.0, at.utc, 1, Severity.WARNING)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), makes_events=sys.argv[4] == "yes")

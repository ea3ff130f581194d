"""Makes the destinations of a unit's events, and the threads that deliver to them."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from passerby.contracts.config import Unit
from passerby.contracts.destinations import Centre, Destination, EventDestination, Mqtt
from passerby.contracts.events import Event
from passerby.contracts.reports import OLDEST_ACT_MS, ReadStationActs, StationActs, TakeActs, UnitAct
from passerby.contracts.time import Clock
from passerby.store.control_room_acts import keep_acts
from passerby.store.results import ResultsStore
from passerby.store.station_acts import acts_after
from passerby.store.utc import now_ms
from passerby.unit.outage import DELIVERY_OUTAGE, UnitOutage
from passerby.unit.outbox import Courier, Put
from passerby.unit.refused_events import RefusedEvents

log = logging.getLogger(__name__)


def make_destination(
    settings: Destination,
    unit: str,
    clock: Clock,
    folder: Path,
    take_acts: TakeActs | None = None,
    read_acts: ReadStationActs | None = None,
) -> EventDestination:
    """Return the adapter for a destination; it connects when it sends. Raises UsageError for unusable files.

    folder: of the results. take_acts: keeps acts of a control room; read_acts: gives it those of the station; None
    if they are not wanted.
    """
    # Each library is imported only where a destination needs it.
    if isinstance(settings, Mqtt):
        from passerby.adapters.mqtt import MqttDestination

        return MqttDestination(settings, unit)
    if isinstance(settings, Centre):
        from passerby.adapters.centre import CentreDestination

        return CentreDestination(settings, clock, partial(_disk_free, folder), take_acts, read_acts)
    from passerby.adapters.webhook import WebhookDestination

    return WebhookDestination(settings, unit, clock)


@contextmanager
def delivering(
    unit: Unit, store: ResultsStore, clock: Clock, new_id: Callable[[], str], put: Put
) -> Iterator[Sequence[Courier]]:
    """Deliver the events of `store` to the unit's destinations in a with block.

    put: takes the incidents of destinations that fail. Raises UsageError for unusable files of certificates, and
    StoreError if the store cannot be written.
    """
    with ExitStack() as stack:
        couriers = []
        for settings in unit.destinations:
            acts = partial(_keep, store), partial(_acts_after, store)
            destination = make_destination(settings, unit.station, clock, store.folder, *acts)
            outage = UnitOutage(DELIVERY_OUTAGE, clock, new_id)
            refusals = RefusedEvents(clock, new_id)
            courier = stack.enter_context(Courier(store, settings, destination, clock, outage, put, refusals))
            courier.start()
            couriers.append(courier)
        yield couriers


def _keep(store: ResultsStore, acts: Sequence[UnitAct]) -> None:
    kept = store.write(lambda connection: keep_acts(connection, acts))
    if kept:
        log.info("%d acts of the control room are kept", kept)


def _acts_after(store: ResultsStore, row: int) -> StationActs:
    with store.reading() as connection:
        return acts_after(connection, row, since_ms=now_ms() - OLDEST_ACT_MS)


def _disk_free(folder: Path) -> float:
    disk = shutil.disk_usage(folder)
    return disk.free / disk.total


def sample_event(utc: str | None, new_id: str) -> Event:
    """Return the event that `passerby outbox test` sends."""
    from passerby.contracts.events import Measure, Phase, Severity

    return Event(
        id=new_id,
        seq=0,
        kind="test",
        phase=Phase.START,
        camera="test",
        place="",
        began_s=0.0,
        at_s=0.0,
        utc=utc,
        people=0,
        severity=Severity.INFO,
        measures=(Measure("why", "sent by passerby outbox test"),),
    )

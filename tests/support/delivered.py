"""Deliveries to a control room that are repeated until they are confirmed, as an outbox does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from passerby.adapters.centre import CentreDestination
from passerby.contracts.destinations import DeliveryError
from passerby.contracts.events import Event
from support.waiting import until


def deliver(unit: CentreDestination, events: Sequence[Event]) -> None:
    """Send until it is confirmed: a consumer may connect after the first request, which nobody answers then."""

    def is_confirmed() -> bool:
        with suppress(DeliveryError):
            unit.send(events)
            return True
        return False

    until(is_confirmed)

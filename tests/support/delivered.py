"""Deliveries that are repeated until they are confirmed, as an outbox does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from passerby.contracts.destinations import DeliveryError, EventDestination
from passerby.contracts.events import Event
from support.waiting import until


def deliver(destination: EventDestination, events: Sequence[Event]) -> None:
    """Send until it is confirmed: a consumer may connect after the first request, which nobody answers then."""

    def is_confirmed() -> bool:
        with suppress(DeliveryError):
            destination.send(events)
            return True
        return False

    until(is_confirmed)

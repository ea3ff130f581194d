"""Sends events by HTTP POST, signed."""

from __future__ import annotations

from collections.abc import Sequence

from passerby.adapters.envelope import body_of
from passerby.adapters.signed_post import SignedPost
from passerby.contracts.destinations import Webhook
from passerby.contracts.events import Event
from passerby.contracts.time import Clock


class WebhookDestination:
    """Posts to the address of a destination. Raises UsageError if the file of the authority cannot be read."""

    def __init__(self, settings: Webhook, unit: str, clock: Clock) -> None:
        self._settings, self._unit = settings, unit
        self._post = SignedPost(settings.url, settings.secret, settings.ca_file, settings.timeout_s, clock)

    def send(self, events: Sequence[Event]) -> None:
        """See EventDestination."""
        settings = self._settings
        kind, body = body_of(events, self._unit, settings.format, is_batch=settings.batch > 1)
        self._post.send(kind, body, f"{events[0].id}-{events[0].seq}-{len(events)}")

    def close(self) -> None:
        """See EventDestination."""
        self._post.close()

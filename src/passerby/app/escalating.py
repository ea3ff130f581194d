"""Makes the channels to the people whom staff can inform, and the thread that sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from passerby.contracts.config import Unit
from passerby.contracts.escalation import Escalation, EscalationChannel, HookRecipient, Recipient
from passerby.contracts.time import Clock
from passerby.store.results import ResultsStore
from passerby.unit.escalations import EscalationPost


@contextmanager
def escalating(unit: Unit, store: ResultsStore, clock: Clock) -> Iterator[None]:
    """Deliver escalated alarms in a with block. Raises UsageError for unusable files of certificates."""
    settings = unit.escalation
    if not settings.recipients:
        yield
        return
    channels = {one.name: _channel(one, settings, clock) for one in settings.recipients}
    with EscalationPost(store, channels, settings.give_up_min, clock) as post:
        post.start()
        yield


def _channel(recipient: Recipient, settings: Escalation, clock: Clock) -> EscalationChannel:
    from passerby.adapters.escalation import HookChannel, MailChannel

    if isinstance(recipient, HookRecipient):
        return HookChannel(recipient, clock)
    assert settings.mail is not None  # checked with the configuration
    return MailChannel(recipient, settings.mail, clock)

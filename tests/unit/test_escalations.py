from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from passerby.contracts.destinations import DeliveryError, DeliveryRefusedError
from passerby.contracts.escalation import EscalationMessage
from passerby.store import escalations
from passerby.store.escalations import QueuedEscalation
from passerby.store.results import ResultsStore
from passerby.unit import escalations as posting
from passerby.unit.escalations import EscalationPost
from support.clock import FakeClock
from support.escalated import a_message
from support.waiting import until

NOW_S = 1_800_000_000.0
NOW_MS = round(1000 * NOW_S)


class Channel:
    """Fails as often as it is told, then takes messages."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.got, self.is_closed = list(errors), list[str](), False

    def send(self, message: EscalationMessage) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.got.append(message.id)

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ResultsStore]:
    monkeypatch.setattr(posting, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(posting, "FIRST_RETRY_S", 0.01)
    with ResultsStore(tmp_path / "out") as made:
        yield made


def queue(store: ResultsStore, recipient: str, id_: str = "a1-7", ago_ms: int = 0) -> None:
    store.write(lambda c: escalations.add(c, recipient, a_message(id=id_), NOW_MS - ago_ms))


def queued(store: ResultsStore) -> list[QueuedEscalation]:
    with store.reading() as connection:
        return escalations.of_alarm(connection, "a1")


def post(store: ResultsStore, **channels: Channel) -> EscalationPost:
    return EscalationPost(store, channels, 60.0, FakeClock(utc_s=NOW_S))


def test_a_message_is_delivered_once_and_tried_again_after_a_failure(store: ResultsStore) -> None:
    queue(store, "duty")
    duty = Channel(DeliveryError("down"), DeliveryError("down"))
    with post(store, duty=duty) as running:
        running.start()
        until(lambda: queued(store)[0].sent_ms is not None)
    assert duty.got == ["a1-7"]
    assert duty.is_closed
    assert queued(store)[0].error == ""


def test_a_recipient_that_is_down_does_not_delay_another(store: ResultsStore) -> None:
    queue(store, "duty", "a1-1")
    queue(store, "centre", "a1-2")
    down, centre = Channel(*[DeliveryError("down")] * 10_000), Channel()
    with post(store, duty=down, centre=centre) as running:
        running.start()
        until(lambda: centre.got == ["a1-2"])
        until(lambda: queued(store)[0].error == "down")
    assert queued(store)[0].given_up_ms is None


@pytest.mark.parametrize(
    ("errors", "recipient", "ago_ms", "why"),
    [
        ([DeliveryRefusedError("answered 422")], "duty", 0, "answered 422"),
        ([DeliveryError("down")], "duty", 61 * 60_000, "down"),
        ([], "somebody", 0, "the configuration has no recipient somebody"),
    ],
)
def test_a_message_is_given_up_with_its_reason(
    store: ResultsStore, errors: list[Exception], recipient: str, ago_ms: int, why: str
) -> None:
    queue(store, recipient, ago_ms=ago_ms)
    with post(store, duty=Channel(*errors)) as running:
        running.start()
        until(lambda: queued(store)[0].given_up_ms == NOW_MS)
    assert queued(store)[0].error == why
    with store.reading() as connection:
        assert escalations.waiting(connection) == []

"""Delivery to a destination: in order, at least once, and nothing lost by failures, restarts or refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from passerby.contracts.destinations import DeliveryError, DeliveryRefusedError, Webhook
from passerby.contracts.events import Event, Phase, Severity
from passerby.contracts.ports import Sample
from passerby.store import handling, outbox
from passerby.store.results import ResultsStore
from passerby.unit import outbox as module
from passerby.unit.newest_state import BEAT_S, NewestState
from passerby.unit.outage import DELIVERY_OUTAGE, UnitOutage
from passerby.unit.outbox import Courier
from passerby.unit.refused_events import OVER_AFTER_S, RefusedEvents
from support.clock import FakeClock
from support.stored import HEALTH, ZONE, an_event
from support.waiting import until

NAME = "vms"


@dataclass
class Destination:
    """Keeps what it gets; `fault` may raise for a message."""

    fault: Callable[[Sequence[Event]], None] = lambda _: None
    got: list[str] = field(default_factory=list)
    messages: int = 0

    def send(self, events: Sequence[Event]) -> None:
        self.messages += 1
        self.fault(events)
        self.got += [event.id for event in events]

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(module, "FIRST_RETRY_S", 0.01)
    monkeypatch.setattr(module, "MOST_RETRY_S", 0.02)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultsStore]:
    with ResultsStore(tmp_path) as made:
        yield made


@contextmanager
def courier(
    store: ResultsStore, destination: Destination, clock: FakeClock | None = None, put: Any = None, **settings: Any
) -> Iterator[Courier]:
    clock = clock or FakeClock(utc_s=1_772_352_000.0)  # 2026-03-01, the day of the events
    outage = UnitOutage(DELIVERY_OUTAGE, clock, lambda: "outage")
    made = Webhook(kind="webhook", name=NAME, url="http://127.0.0.1/", **settings)
    refusals = RefusedEvents(clock, lambda: "refusal") if put else None
    sink = put or store.write_records
    with closing(Courier(store, made, destination, clock, outage, sink, refusals)) as running:
        running.start()
        yield running


def ids(*numbers: int) -> list[str]:
    return [f"e{n}" for n in numbers]


def write(store: ResultsStore, *numbers: int, **changes: Any) -> None:
    store.write_records([an_event(name, **changes) for name in ids(*numbers)])


def progress(store: ResultsStore) -> outbox.Progress:
    with store.reading() as connection:
        (one,) = outbox.progress(connection)
    return one


def test_events_arrive_in_their_order_and_old_ones_are_not_sent(store: ResultsStore) -> None:
    write(store, 1)
    destination = Destination()
    with courier(store, destination):
        write(store, 2, 3)
        until(lambda: len(destination.got) == 2)
        write(store, 4)
        until(lambda: progress(store).row == progress(store).newest)
    assert destination.got == ids(2, 3, 4), "a new destination does not get the past"


def test_a_restart_goes_on_where_it_stopped(store: ResultsStore) -> None:
    with courier(store, Destination()):
        pass
    write(store, 1, 2)
    destination = Destination()
    with courier(store, destination):
        until(lambda: destination.got == ids(1, 2))


def test_a_failure_stops_the_queue_and_loses_nothing(store: ResultsStore) -> None:
    is_down = [True]

    def fault(_: Sequence[Event]) -> None:
        if is_down[0]:
            raise DeliveryError("down")

    destination = Destination(fault)
    with courier(store, destination):
        write(store, 1, 2)
        until(lambda: destination.messages >= 3)
        assert destination.got == []
        until(lambda: progress(store).error == "down")
        is_down[0] = False
        until(lambda: destination.got == ids(1, 2))
        until(lambda: progress(store).since_ms is None)


def test_an_event_whose_confirmation_was_lost_comes_again(store: ResultsStore) -> None:
    def fault(events: Sequence[Event]) -> None:
        if destination.messages == 1:
            destination.got.extend(event.id for event in events)
            raise DeliveryError("the connection broke after the message")

    destination = Destination()
    destination.fault = fault
    with courier(store, destination):
        write(store, 1)
        until(lambda: destination.got == ids(1, 1))


def test_one_refused_event_takes_no_other_with_it(store: ResultsStore) -> None:
    def fault(events: Sequence[Event]) -> None:
        if any(event.id == "e2" for event in events):
            raise DeliveryRefusedError("answered 422")

    destination = Destination(fault)
    with courier(store, destination, batch=10):
        write(store, 1, 2, 3)
        until(lambda: progress(store).row == progress(store).newest)
    assert destination.got == ids(1, 3)
    with store.reading() as connection:
        (aside,) = outbox.aside(connection, NAME, 10)
    assert (aside.event.id, aside.reason) == ("e2", "answered 422")


def test_refused_events_are_one_incident_until_the_destination_accepts_for_a_while(store: ResultsStore) -> None:
    def fault(events: Sequence[Event]) -> None:
        if any(event.id in ("e1", "e2") for event in events):
            raise DeliveryRefusedError("answered 422")

    clock, raised, destination = FakeClock(utc_s=1_772_352_000.0), list[Event](), Destination(fault)
    with courier(store, destination, clock, raised.extend):
        write(store, 1, 2, 3)
        until(lambda: destination.got == ids(3))
        assert [(e.id, e.phase) for e in raised] == [("refusal", Phase.START)], "one incident for both"
        clock.pass_s(OVER_AFTER_S + 1)
        write(store, 4)
        until(lambda: len(raised) == 2)
    start, end = raised
    assert (start.kind, end.phase) == ("delivery_failed", Phase.END)
    assert {m.name: m.value for m in start.measures}["why"] == f"destination {NAME}: answered 422"
    assert {m.name: m.value for m in end.measures}["lost"] == 2.0


def test_a_destination_that_refuses_everything_also_refuses_the_incident_and_causes_no_other(
    store: ResultsStore,
) -> None:
    def fault(_: Sequence[Event]) -> None:
        raise DeliveryRefusedError("answered 403")

    with courier(store, Destination(fault), put=store.write_records):
        write(store, 1)
        until(lambda: progress(store).aside == 2)
        write(store, 2)
        until(lambda: progress(store).aside == 3)
        until(lambda: progress(store).row == progress(store).newest)


def test_what_was_set_aside_can_be_sent_again(store: ResultsStore) -> None:
    refuses = [True]

    def fault(_: Sequence[Event]) -> None:
        if refuses[0]:
            raise DeliveryRefusedError("no")

    destination = Destination(fault)
    with courier(store, destination):
        write(store, 1)
        until(lambda: progress(store).aside == 1)
        refuses[0] = False
        store.write(partial(outbox.retry, destination=NAME))
        until(lambda: destination.got == ids(1))
        until(lambda: progress(store).aside == 0)


def test_an_event_that_is_refused_again_takes_no_other_with_it_and_stays_aside(store: ResultsStore) -> None:
    refused = {"e1", "e2", "e3"}

    def fault(events: Sequence[Event]) -> None:
        if refused & {event.id for event in events}:
            raise DeliveryRefusedError("no")

    destination = Destination(fault)
    with courier(store, destination, batch=10):
        write(store, 1, 2, 3)
        until(lambda: progress(store).aside == 3)
        refused -= {"e1", "e3"}
        store.write(partial(outbox.retry, destination=NAME))
        until(lambda: progress(store).aside == 1)
    assert destination.got == ids(1, 3)
    with store.reading() as connection:
        assert [one.event.id for one in outbox.aside(connection, NAME, 10)] == ids(2)
        assert outbox.aside(connection, NAME, 10, again=True) == []


def down(_: Sequence[Event]) -> None:
    raise DeliveryError("down")


def test_events_that_are_too_old_are_set_aside(store: ResultsStore) -> None:
    clock = FakeClock(utc_s=1_800_000_000.0)
    with courier(store, Destination(down), clock, give_up_h=1.0):
        write(store, 1, utc="2027-01-15T06:30:00.000Z")  # 1_800_000_000 is 08:00
        write(store, 2, utc="2027-01-15T07:30:00.000Z")
        until(lambda: progress(store).aside == 1)
        assert (progress(store).newest - progress(store).row) == 1, "the younger one waits on"


def test_events_that_are_too_many_are_set_aside(store: ResultsStore) -> None:
    with courier(store, Destination(down), most_waiting=100):
        write(store, *range(130))
        until(lambda: progress(store).aside == 30)


def test_only_chosen_events_are_sent(store: ResultsStore) -> None:
    destination = Destination()
    with courier(store, destination, kinds=("fall", "intrusion"), severity="warning"):
        write(store, 1, kind="fall", severity=Severity.WARNING)
        write(store, 2, kind="queue", severity=Severity.ALARM)
        write(store, 3, kind="fall", severity=Severity.INFO)
        write(store, 4, kind="intrusion", severity=Severity.ALARM)
        until(lambda: progress(store).row == progress(store).newest)
    assert destination.got == ids(1, 4)


def test_a_long_failure_is_an_incident_with_its_loss(store: ResultsStore) -> None:
    clock, raised = FakeClock(utc_s=1_800_000_000.0), list[Event]()
    is_down = [True]

    def fault(_: Sequence[Event]) -> None:
        if is_down[0]:
            raise DeliveryError("down")

    destination = Destination(fault)
    with courier(store, destination, clock, raised.extend, give_up_h=1.0):
        write(store, 1, utc="2027-01-15T08:00:00.000Z")
        until(lambda: destination.messages >= 2)  # so that the first failure was before the clock goes on
        clock.pass_s(DELIVERY_OUTAGE.report_after_s + 1)
        until(lambda: len(raised) == 1)
        clock.pass_s(3600.0)
        until(lambda: progress(store).aside == 1)
        is_down[0] = False
        write(store, 2)
        until(lambda: len(raised) == 2)
    start, end = raised
    assert (start.kind, start.phase, end.phase) == ("delivery_failed", Phase.START, Phase.END)
    assert {m.name: m.value for m in end.measures}["lost"] == 1.0


def test_the_loss_of_an_earlier_failure_is_not_counted_again(store: ResultsStore) -> None:
    clock, raised = FakeClock(utc_s=1_800_000_000.0), list[Event]()
    is_down = [True]

    def fault(_: Sequence[Event]) -> None:
        if is_down[0]:
            raise DeliveryError("down")

    destination = Destination(fault)
    with courier(store, destination, clock, raised.extend, give_up_h=1.0):
        write(store, 1, utc="2027-01-15T06:00:00.000Z")  # too old already
        until(lambda: progress(store).aside == 1)
        for n in (2, 3):
            is_down[0] = True
            write(store, n, utc="2027-01-15T08:00:00.000Z")
            seen = destination.messages
            until(lambda seen=seen: destination.messages >= seen + 2)
            clock.pass_s(DELIVERY_OUTAGE.report_after_s + 1)
            until(lambda n=n: len(raised) == 2 * n - 3)
            is_down[0] = False
            until(lambda n=n: len(raised) == 2 * n - 2)
    losses = [m.value for event in raised if event.phase is Phase.END for m in event.measures if m.name == "lost"]
    assert losses == [1.0, 0.0]


@dataclass
class KeepsState(Destination):
    """Also keeps the newest samples. beats: how often it was asked without any."""

    shown: list[Sequence[Sample]] = field(default_factory=list)
    beats: int = 0

    def show(self, samples: Sequence[Sample]) -> None:
        self.fault(())
        if samples:
            self.shown.append(samples)
        else:
            self.beats += 1


def test_the_newest_counts_are_shown_at_the_start_and_then_those_that_are_new(store: ResultsStore) -> None:
    store.write_records([ZONE])
    destination = KeepsState()
    with courier(store, destination):
        until(lambda: destination.shown == [[ZONE]])
        later = replace(ZONE, from_s=120.0, count_mean=4.0)
        store.write_records([later, HEALTH])
        # Each type is read by itself, so that one of them may come with the next look.
        until(lambda: {sample for shown in destination.shown[1:] for sample in shown} == {later, HEALTH})
    assert sum(map(len, destination.shown)) == 3, "each once"


def test_a_destination_is_asked_without_anything_new_after_a_time_and_not_before(store: ResultsStore) -> None:
    destination, now_s = KeepsState(), 100.0
    state = NewestState(store, destination, lambda: now_s)
    assert (state.show(), state.show(), destination.beats) == (True, False, 1)
    now_s += BEAT_S - 1
    assert not state.show()
    now_s += 1
    assert state.show()
    assert (state.show(), destination.beats) == (False, 2)


def test_an_act_on_an_alarm_is_news_at_once(store: ResultsStore) -> None:
    destination = KeepsState()
    state = NewestState(store, destination, lambda: 100.0)
    assert (state.show(), state.show()) == (True, False)
    store.write(lambda c: handling.add_known(c, "e1", "acknowledged", "anna (console)", ""))
    assert (state.show(), state.show(), destination.beats) == (True, False, 2)


def test_a_destination_that_shows_counts_again_works_again(store: ResultsStore) -> None:
    def fault(_: Sequence[Event]) -> None:
        if len(failed) < 3:
            failed.append(1)
            raise DeliveryError("down")

    failed: list[int] = []
    destination = KeepsState(fault)
    with courier(store, destination):
        until(lambda: len(failed) == 3)
        store.write_records([ZONE])
        until(lambda: destination.shown != [])
        until(lambda: progress(store).since_ms is None)

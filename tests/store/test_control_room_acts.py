"""Acts of a control room in the store of a unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.contracts.alarms import Alarm
from passerby.contracts.events import Event, Phase, Severity
from passerby.contracts.reports import UnitAct
from passerby.store import audit, handling
from passerby.store.control_room_acts import keep_acts
from passerby.store.handling import AlarmAct
from passerby.store.results import ResultsStore
from support.stored import an_event

AT_MS = 1_700_000_000_000


def incident(id_: str, minute: int) -> Event:
    return an_event(id_, utc=f"2027-01-15T08:{minute:02}:00.000Z", severity=Severity.WARNING)


def alarm_of(event: Event) -> Alarm:
    where = (event.camera, event.place, event.severity, event.at_s, event.utc)
    return Alarm(event.id, 0, event.kind, Phase.START, *where, incidents=1, people=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultsStore]:
    """Incidents e1 and e2 of one place are the alarm e1; e3 came later, when it was over, and is the alarm e3."""
    first, second, third = (incident(f"e{n}", n) for n in (1, 2, 3))
    with ResultsStore(tmp_path) as made:
        made.write_records([first, alarm_of(first), second, third, alarm_of(third)])
        yield made


def acts(store: ResultsStore, alarm: str) -> tuple[AlarmAct, ...]:
    with store.reading() as connection:
        return handling.of_alarms(connection, [alarm]).get(alarm, handling.Handling()).acts


def put(store: ResultsStore, *given: UnitAct) -> int:
    return store.write(lambda connection: keep_acts(connection, given))


def an_act(alarm: str = "e1", **changes: object) -> UnitAct:
    return replace(UnitAct(alarm, "acknowledged", "anna", AT_MS, ""), **changes)  # type: ignore[arg-type]


def test_an_act_is_kept_once_with_its_person_and_time_and_is_audited(store: ResultsStore) -> None:
    assert [put(store, an_act(note="on the way")) for _ in range(2)] == [1, 0]
    (one,) = acts(store, "e1")
    assert (one.act, one.who, one.at_ms, one.note) == ("acknowledged", "anna (control room)", AT_MS, "on the way")
    with store.reading() as connection:
        (entry,) = [row.entry for row in audit.rows(connection) if row.entry.act == "acknowledged"]
    assert (entry.actor, entry.what, entry.detail) == ("anna (control room)", "e1", "on the way")


@pytest.mark.parametrize(("incident_id", "alarm"), [("e1", "e1"), ("e2", "e1"), ("e3", "e3")])
def test_an_act_on_an_incident_is_one_on_its_alarm(store: ResultsStore, incident_id: str, alarm: str) -> None:
    put(store, an_act(incident_id))
    assert len(acts(store, alarm)) == 1


def test_an_act_on_an_unknown_incident_changes_nothing(store: ResultsStore) -> None:
    assert put(store, an_act("e9"), an_act("e1")) == 1


def test_the_act_that_was_done_last_counts_not_the_one_that_came_last(store: ResultsStore) -> None:
    store.write(lambda c: handling.add(c, "e1", "reopened", "boris (console)"))
    put(store, an_act(act="resolved", note="a bird"))
    with store.reading() as connection:
        assert handling.of_alarms(connection, ["e1"])["e1"].resolved is None

"""Acts of a station as a control room gets them: which incidents each one is about, and in which parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from passerby.contracts.alarms import ActName, Alarm
from passerby.contracts.events import Event, Phase, Severity
from passerby.contracts.reports import StationAct, UnitAct
from passerby.store import handling, station_acts
from passerby.store.control_room_acts import keep_acts
from passerby.store.results import ResultsStore
from passerby.store.station_acts import acts_after
from passerby.store.utc import utc_ms
from support.stored import an_event


def utc(minute: int) -> str:
    return f"2027-01-15T08:{minute:02}:00.000Z"


def incident(id_: str, minute: int) -> Event:
    return an_event(id_, utc=utc(minute), severity=Severity.WARNING)


def alarm_of(event: Event) -> Alarm:
    where = (event.camera, event.place, event.severity, event.at_s, event.utc)
    return Alarm(event.id, 0, event.kind, Phase.START, *where, incidents=1, people=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultsStore]:
    """Incidents e1 and e2 of one place are the alarm e1; e3 came later, when it was over, and is the alarm e3."""
    first, second, third = (incident(f"e{n}", 10 * n) for n in (1, 2, 3))
    with ResultsStore(tmp_path) as made:
        made.write_records([first, alarm_of(first), second, third, alarm_of(third)])
        yield made


def act(store: ResultsStore, alarm: str, name: ActName, minute: int, note: str = "") -> None:
    at_ms = utc_ms(utc(minute))
    store.write(lambda c: handling.add_known(c, alarm, name, "anna (console)", note, at_ms=at_ms))


def after(store: ResultsStore, row: int = 0, since_ms: int = 0) -> tuple[list[StationAct], int]:
    with store.reading() as connection:
        found = acts_after(connection, row, since_ms=since_ms)
    return list(found.acts), found.to


@pytest.mark.parametrize(
    ("alarm", "minute", "incidents"),
    [("e1", 15, ("e1",)), ("e1", 25, ("e2", "e1")), ("e1", 45, ("e2", "e1")), ("e3", 45, ("e3",))],
)
def test_an_act_is_about_the_incidents_that_its_alarm_had_then(
    store: ResultsStore, alarm: str, minute: int, incidents: tuple[str, ...]
) -> None:
    act(store, alarm, "acknowledged", minute, "on the way")
    wanted = StationAct(incidents, "acknowledged", "anna", utc_ms(utc(minute)), "on the way")
    assert after(store) == ([wanted], 1)


def test_an_act_that_shelves_has_its_time(store: ResultsStore) -> None:
    store.write(lambda c: handling.add(c, "e3", "shelved", "anna (console)", "sun", until_ms=5000))
    (shelved,), _ = after(store)
    assert (shelved.act, shelved.note, shelved.until_ms) == ("shelved", "sun", 5000)


def test_acts_of_the_control_room_do_not_go_back_to_it(store: ResultsStore) -> None:
    store.write(lambda c: keep_acts(c, [UnitAct("e1", "acknowledged", "boris", 1_800_000_000_000, "")]))
    act(store, "e1", "resolved", 15)
    acts, to = after(store)
    assert ([one.act for one in acts], to) == (["resolved"], 2)


def test_only_new_acts_come_in_their_order_and_old_ones_do_not(store: ResultsStore) -> None:
    act(store, "e1", "acknowledged", 5)
    act(store, "e1", "reopened", 15)
    act(store, "e1", "resolved", 16)
    names = [one.act for one in after(store, since_ms=utc_ms(utc(6)))[0]]
    assert names == ["reopened", "resolved"]
    assert [one.act for one in after(store, row=2)[0]] == ["resolved"]
    assert after(store, row=3) == ([], 3)


def test_a_database_that_was_replaced_by_an_older_copy_begins_again(store: ResultsStore) -> None:
    act(store, "e1", "acknowledged", 15)
    assert [one.act for one in after(store, row=50)[0]] == ["acknowledged"]


def test_many_acts_come_in_parts_none_twice(store: ResultsStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station_acts, "AT_ONCE", 3)
    monkeypatch.setattr(station_acts, "MOST_INCIDENTS", 3)
    for minute in range(25, 30):  # two incidents each
        act(store, "e1", "useful", minute)
    got, row, parts = list[int](), 0, 0
    while True:
        acts, to = after(store, row)
        if to == row:
            break
        got, row, parts = [*got, *(one.at_ms for one in acts)], to, parts + 1
    assert got == [utc_ms(utc(minute)) for minute in range(25, 30)]
    assert parts == 5

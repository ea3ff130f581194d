from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, Measure, Phase, Severity
from passerby.store.events import EVENTS, append, open_incidents, query
from passerby.store.filters import EventFilter
from passerby.store.migrations import migrate
from support.stored import EVENT, an_end, an_event
from support.stored import events as any_event


def new() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path("memory"))
    return connection


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(new()) as made:
        yield made


@given(any_event)
def test_what_goes_in_comes_out(event: Event) -> None:
    with closing(new()) as connection:
        assert append(connection, event)
        assert list(query(connection)) == [event]


@given(st.lists(any_event, max_size=6), st.randoms(use_true_random=False))
def test_the_same_id_and_seq_is_kept_once(some: list[Event], random: object) -> None:
    with closing(new()) as connection:
        first: dict[tuple[str, int], Event] = {}
        for event in [*some, *reversed(some)]:
            assert append(connection, event) == ((event.id, event.seq) not in first)
            first.setdefault((event.id, event.seq), event)
        assert list(query(connection)) == list(first.values())


def test_rows_only_grow_even_after_rows_were_deleted(connection: sqlite3.Connection) -> None:
    append(connection, an_event("a"))
    append(connection, an_event("b"))
    assert [(row, event.id) for row, event in EVENTS.after_row(connection, 0, 10)] == [(1, "a"), (2, "b")]
    connection.execute("DELETE FROM event")
    append(connection, an_event("c"))
    assert [row for row, _ in EVENTS.after_row(connection, 2, 10)] == [3]


def test_after_row_goes_on_from_where_it_was(connection: sqlite3.Connection) -> None:
    for n in range(5):
        append(connection, an_event(str(n)))
        append(connection, an_event(str(n)))  # a copy that is not kept may leave a gap in the rows
    reported = EVENTS.after_row(connection, 0, 2)
    reported += EVENTS.after_row(connection, reported[-1][0], 9)
    assert [event.id for _, event in reported] == ["0", "1", "2", "3", "4"]
    assert EVENTS.after_row(connection, reported[-1][0], 9) == []


A = an_event("a", camera="north", place="edge", at_s=10.0, utc="2026-03-01T07:00:00.000Z")
B = an_event("b", kind="intrusion", severity=Severity.ALARM, at_s=20.0, utc="2026-03-01T07:00:10.000Z")
B_END = replace(B, seq=1, phase=Phase.END, at_s=25.0, utc="2026-03-01T07:00:15.000Z")
C = an_event("c", kind="line_crossing", place="stairs", severity=Severity.INFO, at_s=30.0, utc=None)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EventFilter(), [A, B, B_END, C]),
        (EventFilter(id=("b",)), [B, B_END]),
        (EventFilter(camera=("north",)), [A]),
        (EventFilter(camera=("north", "platform-1")), [A, B, B_END, C]),
        (EventFilter(camera=("nowhere",)), []),
        (EventFilter(kind=("intrusion",), phase=("end",)), [B_END]),
        (EventFilter(place=("edge", "stairs")), [A, C]),
        (EventFilter(severity=(Severity.ALARM, Severity.INFO)), [B, B_END, C]),
        (EventFilter(since=20.0), [B, B_END, C]),  # from then on, that moment included
        (EventFilter(until=20.0), [A]),  # before then, that moment not
        (EventFilter(since=20.0, until=30.0), [B, B_END]),
        (EventFilter(since="2026-03-01T07:00:10Z"), [B, B_END]),  # without a wall clock: not known to be later
        (EventFilter(until="2026-03-01T08:00:10+01:00"), [A]),
        (EventFilter(last=2), [B_END, C]),  # the newest, still oldest first
        (EventFilter(last=1, camera=("north",)), [A]),
        (EventFilter(last=99), [A, B, B_END, C]),
        (EventFilter(open_only=True), [A]),  # b has ended; a crossing is over when it is reported
    ],
)
def test_filters(connection: sqlite3.Connection, wanted: EventFilter, found: list[Event]) -> None:
    for event in (A, B, B_END, C):
        append(connection, event)
    assert list(query(connection, wanted)) == found


@pytest.mark.parametrize(
    ("stored", "still_open"),
    [
        ([], []),
        ([an_event("x", 0)], [("x", 0)]),
        ([an_event("x", 0), an_event("x", 1, phase=Phase.UPDATE)], [("x", 1)]),  # the newest of it, once
        ([an_event("x", 0), an_end("x", 1)], []),
        ([an_end("x", 1), an_event("x", 0)], []),  # stored out of order
        ([an_event("x", 0), an_end("x", 1), an_event("x", 2, phase=Phase.UPDATE)], []),  # an end is final
        ([an_event("x", 0), an_event("y", 0), an_end("x", 1)], [("y", 0)]),
    ],
)
def test_open_incidents(
    connection: sqlite3.Connection, stored: list[Event], still_open: list[tuple[str, int]]
) -> None:
    for event in stored:
        append(connection, event)
    assert [(event.id, event.seq) for event in open_incidents(connection)] == still_open


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (an_event(at_s=math.nan), "event e1: at_s is nan; only finite"),
        (an_event(began_s=math.inf), "began_s is inf"),
        (an_event(measures=(Measure("speed", math.nan, "m/s"),)), "event e1, measure speed: value is nan"),
        (an_event(measures=(Measure("speed", 2.0, "m/s", math.inf),)), "measure speed: sd is inf"),
        (an_event(utc="yesterday"), "'yesterday' is not a UTC time"),
        (an_event(camera="cam\udcff"), "contains text that is not Unicode"),  # from a file name that is not UTF-8
    ],
)
def test_what_cannot_be_stored_is_named(connection: sqlite3.Connection, event: Event, says: str) -> None:
    with pytest.raises(StoreError, match=says):
        append(connection, event)
    assert list(query(connection)) == []


@pytest.mark.parametrize("event", [an_event(people=-1), an_event(seq=-1)])
def test_the_table_itself_refuses_impossible_figures(connection: sqlite3.Connection, event: Event) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
        append(connection, event)


def test_a_utc_of_another_form_is_kept_in_ours(connection: sqlite3.Connection) -> None:
    append(connection, replace(EVENT, utc="2026-03-01T09:45:12.5+02:00"))
    assert [event.utc for event in query(connection)] == ["2026-03-01T07:45:12.500Z"]

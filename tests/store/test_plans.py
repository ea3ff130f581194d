"""Questions that an open page asks every few seconds are answered from an index, however long a unit has run."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from passerby.contracts.event_kinds import STATE_KINDS
from passerby.contracts.events import CameraHealth, ZoneSample
from passerby.store import alarms, events, samples
from passerby.store.filters import AlarmFilter, EventFilter, SampleFilter
from passerby.store.migrations import migrate

ASKED: dict[str, Callable[[sqlite3.Connection], object]] = {
    "newest health": lambda c: list(samples.query(c, CameraHealth, SampleFilter(camera=("a",), last=1))),
    "newest counts": lambda c: list(samples.query(c, ZoneSample, SampleFilter(camera=("a",), last=4))),
    "open faults": lambda c: list(events.query(c, EventFilter(open_only=True, kind=tuple(sorted(STATE_KINDS))))),
    "one incident": lambda c: list(events.query(c, EventFilter(id=("e1", "e2")))),
    "one alarm": lambda c: list(alarms.query(c, AlarmFilter(id=("e1",)))),
}


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made, Path("a.db"))
        yield made


@pytest.mark.parametrize("asked", ASKED)
def test_no_question_reads_a_whole_table(connection: sqlite3.Connection, asked: str) -> None:
    said: list[str] = []
    connection.set_trace_callback(said.append)
    ASKED[asked](connection)
    connection.set_trace_callback(None)
    (statement,) = [text for text in said if text.startswith("SELECT")]
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert not [step for step in plan if step.startswith("SCAN")], plan
    if asked.startswith("newest"):
        assert not [step for step in plan if "TEMP B-TREE" in step], plan

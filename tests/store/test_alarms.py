from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.contracts.errors import StoreError
from passerby.contracts.events import Phase
from passerby.store.alarms import ALARMS, alarm_line, append, query
from passerby.store.filters import AlarmFilter
from passerby.store.migrations import migrate
from passerby.store.results import ResultsStore
from support.stored import ALARM


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made, Path("memory"))
        yield made


def test_the_newest_line_of_each_alarm_and_no_line_twice(connection: sqlite3.Connection) -> None:
    over = replace(ALARM, seq=1, phase=Phase.END, incidents=4)
    other = replace(ALARM, id="e2", utc=None)
    for alarm in (ALARM, ALARM, other, over):
        append(connection, alarm)
    assert list(query(connection)) == [other, over]
    assert list(query(connection, AlarmFilter(open_only=True))) == [other]
    assert list(query(connection, AlarmFilter(kind=("flood",)))) == []
    assert list(query(connection, AlarmFilter(last=1, priority=("warning",)))) == [over]
    assert [alarm for _, alarm in ALARMS.after_row(connection, 0, 9)] == [ALARM, other, over]
    assert [alarm for _, alarm in ALARMS.after_row(connection, 1, 1)] == [other]


def test_a_time_that_is_none_is_refused(connection: sqlite3.Connection) -> None:
    with pytest.raises(StoreError, match="at_s is nan"):
        append(connection, replace(ALARM, at_s=float("nan")))
    with pytest.raises(StoreError, match="is not a UTC time"):
        append(connection, replace(ALARM, utc="yesterday"))


def test_the_file_follows_and_what_is_up_is_known_after_a_crash(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store:
        store.write_records([ALARM])
        assert store.open_alarms() == (ALARM,)
        assert (tmp_path / "alarms.jsonl").read_bytes() == alarm_line(ALARM)
    line = json.loads(alarm_line(ALARM))
    assert list(line) == list(ALARM.__slots__)
    assert (line["kind"], line["phase"], line["incidents"]) == ("fast_movement", "start", 1)

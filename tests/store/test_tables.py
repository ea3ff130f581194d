from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from passerby.contracts.events import LineSample, Measure, Phase
from passerby.store.alarms import ALARMS
from passerby.store.events import EVENTS
from passerby.store.filters import SampleFilter
from passerby.store.formats import csv_row
from passerby.store.migrations import STEPS, migrate
from passerby.store.samples import FLOWS, HEALTH, LINES, OCCUPANCY, ZONES
from passerby.store.tables import RecordTable
from support.stored import LINE


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made, Path("memory"))
        yield made


@dataclass(frozen=True, slots=True)
class WiderLine(LineSample):
    """A sample type of tomorrow: LineSample with one more field of each kind."""

    strollers: int | None = None
    width_m: float = 0.0
    is_closed: bool = False
    phase: Phase = Phase.START
    reset: str | None = None
    measure: Measure | None = None
    measures: tuple[Measure, ...] = ()


ADDED = {
    "strollers": "INTEGER",
    "width_m": "REAL",
    "is_closed": "INTEGER",
    "phase": "TEXT",
    "reset": "TEXT",
    "measure": "TEXT",
    "measures": "TEXT",
}
STEP = tuple(f"ALTER TABLE line_sample ADD COLUMN {name} {type_}" for name, type_ in ADDED.items())
NEW: dict[str, Any] = {
    "strollers": 2,
    "width_m": 2.40049,
    "is_closed": True,
    "phase": Phase.END,
    "reset": "empty",
    "measure": Measure("speed", 2.9, "m/s", 0.2),
    "measures": (Measure("direction", "in"), Measure("count", 3.0, "person")),
}


@pytest.mark.parametrize("given", [{}, NEW], ids=["unknown", "known"])
def test_a_new_field_is_its_declaration_and_its_column(
    connection: sqlite3.Connection, given: dict[str, Any]
) -> None:
    migrate(connection, Path("memory"), (*STEPS, STEP))
    table, sample = RecordTable("line_sample", WiderLine, place="line"), WiderLine(**asdict(LINE) | given)
    assert table.append(connection, sample, "sample")
    wanted = SampleFilter(place=("stairs",))
    assert list(table.query(connection, table.where(wanted), wanted)) == [sample]
    assert table.after_row(connection, 0, 9) == [(1, sample)]
    assert table.titles == (
        *LINES.titles,
        "strollers",
        "width_m",
        "closed",
        "phase",
        "reset",
        "measure",
        "measures",
    )


def test_a_new_field_is_in_the_csv_file() -> None:
    table = RecordTable("line_sample", WiderLine, place="line")
    values: dict[str, Any] = asdict(LINE) | {"strollers": 2, "width_m": 2.40049, "is_closed": True}
    cells = dict(zip(table.titles, table.cells(WiderLine(**values)), strict=True))
    assert csv_row(*(cells[name] for name in ("in", "strollers", "width_m", "closed", "phase", "reset"))) == (
        b"12,2,2.4,1,start,\n"
    )


@pytest.mark.parametrize(
    "table", [EVENTS, ALARMS, ZONES, LINES, FLOWS, OCCUPANCY, HEALTH], ids=lambda t: str(t.name)
)
def test_each_field_has_its_column(connection: sqlite3.Connection, table: RecordTable[Any]) -> None:
    there = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table.name})")]
    missing = [column.name for column in table.columns if column.name not in there]
    assert not missing, f"add a file to store/steps: ALTER TABLE {table.name} ADD COLUMN for each of {missing}"
    assert sorted(there) == sorted(["row", *(column.name for column in table.columns)])


def test_the_name_of_a_column_that_is_not_there_is_no_text(connection: sqlite3.Connection) -> None:
    table = RecordTable("line_sample", WiderLine, place="line")
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        table.after_row(connection, 0, 9)

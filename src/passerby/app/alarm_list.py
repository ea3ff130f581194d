"""Alarms on the terminal: those stored, and each new line of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from passerby.app.tables import print_rows, printable
from passerby.charts.wording import wall_clock
from passerby.contracts.alarms import Alarm
from passerby.store.alarms import alarm_line
from passerby.store.queries import Queries, querying

LOOK_EVERY_S = 1.0
_COLUMNS = ("time", "priority", "kind", "camera", "place", "phase", "incidents", "people", "id")


def print_alarms(found: Sequence[Alarm], *, as_json: bool) -> None:
    """Print a table of alarms, or a line of JSON for each."""
    if as_json:
        sys.stdout.write(b"".join(alarm_line(alarm) for alarm in found).decode())
    else:
        print_rows(_COLUMNS, map(_cells, found), "No alarms.")
    sys.stdout.flush()


def print_new(database: Path, after_row: int, *, as_json: bool) -> None:
    """Print each line that is stored after a row, until interrupted. Raises StoreError if the database is gone."""
    for alarm in new_lines(database, after_row, lambda: time.sleep(LOOK_EVERY_S)):
        line = alarm_line(alarm).decode() if as_json else "  ".join(map(_printable, _cells(alarm))) + "\n"
        sys.stdout.write(line)
        sys.stdout.flush()


def new_lines(database: Path, after_row: int, pause: Callable[[], None]) -> Iterator[Alarm]:
    """Yield each line stored after a row, without end; `pause` is called where there is none."""
    while True:
        with querying(database) as queries:
            for row, alarm in _after(queries, after_row):
                after_row = row
                yield alarm
        pause()


def last_row(database: Path) -> int:
    """Return the row of the newest line, 0 without any."""
    with querying(database) as queries:
        return max((row for row, _ in _after(queries, 0)), default=0)


def _after(queries: Queries, row: int) -> Iterator[tuple[int, Alarm]]:
    while lines := queries.alarm_lines(row):
        yield from lines
        row = lines[-1][0]


def _cells(alarm: Alarm) -> tuple[str | int, ...]:
    when = f"{alarm.at_s:.1f} s" if alarm.utc is None else wall_clock(alarm.utc) or alarm.utc
    names = (alarm.priority, alarm.kind.replace("_", " "), alarm.camera, alarm.place, alarm.phase)
    return when, *names, alarm.incidents, alarm.people, alarm.id


def _printable(cell: str | int) -> str:
    return printable(str(cell))

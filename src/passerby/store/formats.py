"""The format of each results file: its header, and the bytes of each row of its table."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from passerby.contracts.events import Event, Measure
from passerby.store import alarms, events, samples
from passerby.store.encode import event_line, tidy_event
from passerby.store.tables import RecordTable

T = TypeVar("T")

EVENT_HEADER = (
    *("id", "seq", "kind", "phase", "camera", "place", "began_s", "at_s", "utc", "people", "severity", "measures"),
    *("still", "sha256", "redaction"),
)

Rows = Callable[[sqlite3.Connection, int, int], list[tuple[int, bytes]]]


@dataclass(frozen=True, slots=True)
class Format:
    """A results file as a function of its table.

    of: the type of its records. rows(connection, row, limit): the next bytes after `row`, at most `limit` rows of
    them, each with its row.
    """

    name: str
    of: type
    header: bytes
    rows: Rows


def csv_row(*values: object) -> bytes:
    """Return one line of CSV, UTF-8, ending in a newline; None is an empty field."""
    text = io.StringIO()
    csv.writer(text).writerow(values)  # ends in \r\n, and so quotes a field with either in it
    return text.getvalue().removesuffix("\r\n").encode() + b"\n"


def event_row(event: Event) -> bytes:
    """Return the event as a line of CSV for a spreadsheet; measures are written `speed=2.9 m/s sd 0.2; …`."""
    tidied = tidy_event(event)
    evidence = event.evidence
    still = (None, None, None) if evidence is None else (evidence.still, evidence.sha256, evidence.redaction)
    return csv_row(
        *(event.id, event.seq, event.kind, event.phase, event.camera, event.place, tidied.began_s, tidied.at_s),
        *(event.utc, event.people, event.severity, "; ".join(_measure_text(m) for m in tidied.measures), *still),
    )


def _measure_text(measure: Measure) -> str:
    unit = f" {measure.unit}" if measure.unit else ""
    deviation = "" if measure.sd is None else f" sd {measure.sd}"
    return f"{measure.name}={measure.value}{unit}{deviation}"


def _format(name: str, table: RecordTable[T], line: Callable[[T], bytes], header: bytes = b"") -> Format:
    def rows(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, bytes]]:
        return [(at, line(record)) for at, record in table.after_row(connection, row, limit)]

    return Format(name, table.of, header, rows)


def _csv(name: str, table: RecordTable[Any]) -> Format:
    return _format(name, table, lambda record: csv_row(*table.cells(record)), csv_row(*table.titles))


EVENTS = _format("events.jsonl", events.EVENTS, event_line)
ALARMS = _format("alarms.jsonl", alarms.ALARMS, alarms.alarm_line)
ZONES = _csv("zones.csv", samples.ZONES)
LINES = _csv("lines.csv", samples.LINES)
FLOWS = _csv("flows.csv", samples.FLOWS)
OCCUPANCY = _csv("occupancy.csv", samples.OCCUPANCY)
FORMATS = (EVENTS, ALARMS, ZONES, LINES, FLOWS, OCCUPANCY)

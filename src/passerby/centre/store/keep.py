"""Keeps the report of a unit in one transaction. A repetition changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, column, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from passerby.centre.store.tables import ALARM, ALARM_CHANGED, CAMERA, COUNT, EVENT, HEALTH, UNIT
from passerby.contracts.events import CameraHealth, Event, FlowSample, Severity
from passerby.contracts.reports import UnitReport
from passerby.store.encode import event_to_dict
from passerby.store.utc import optional_ms

Row = dict[str, Any]


def _adding(table: Table) -> Insert:
    """Return the statement that adds all rows of one parameter: a round trip a batch, not one a row."""
    columns = [column(c.name, c.type) for c in table.c if c.server_default is None]
    rows = func.jsonb_to_recordset(bindparam("rows", type_=JSONB)).table_valued(*columns)
    given = select(*rows.render_derived(with_types=True).c)
    return insert(table).from_select([c.name for c in columns], given)


_KEEP_EVENT = _adding(EVENT).on_conflict_do_nothing()
_ADD_ALARM = _adding(ALARM)
# A later event of the incident changes the alarm; an event that comes again does not.
_KEEP_ALARM = _ADD_ALARM.on_conflict_do_update(
    index_elements=[ALARM.c.unit_id, ALARM.c.id],
    set_={
        **{name: _ADD_ALARM.excluded[name] for name in ("seq", "phase", "place", "at_ms")},
        "people": func.greatest(ALARM.c.people, _ADD_ALARM.excluded.people),
        "priority": func.greatest(ALARM.c.priority, _ADD_ALARM.excluded.priority),
        "changed": ALARM_CHANGED.next_value(),
    },
    where=ALARM.c.seq < _ADD_ALARM.excluded.seq,
)


def keep(connection: Connection, unit: int, report: UnitReport, now_ms: int) -> None:
    """Keep a report of the unit with this id. now_ms: the clock of the control room, UTC."""
    _execute(connection, EVENT, _KEEP_EVENT, (_event(unit, event, now_ms) for event in report.events))
    alarming = (event for event in report.events if event.severity is not Severity.INFO)
    _execute(connection, ALARM, _KEEP_ALARM, _alarms(unit, alarming))
    _execute(connection, COUNT, _KEEP_COUNT, (_count(unit, flow) for flow in report.flows if flow.utc))
    health = [sample for sample in report.health if sample.utc]
    _execute(connection, HEALTH, _KEEP_HEALTH, (_health(unit, sample) for sample in health))
    by_name = sorted(health, key=lambda sample: sample.camera)  # so that no two reports wait for each other
    _execute(connection, CAMERA, _KEEP_CAMERA, (_camera(unit, sample) for sample in by_name))
    state = {
        "version": report.version,
        "disk_free": report.disk_free,
        "last_seen_ms": now_ms,
        "clock_skew_s": (report.sent_ms - now_ms) / 1000,
    }
    connection.execute(update(UNIT).where(UNIT.c.id == unit).values(state))


def _execute(connection: Connection, table: Table, statement: Insert, rows: Iterable[Row]) -> None:
    """Add rows in one statement and in their order; of those with the same key the last."""
    keys = [column.name for column in table.primary_key]
    made = {tuple(row[key] for key in keys): row for row in rows}
    if made:
        connection.execute(statement, {"rows": list(made.values())})


def _replacing(table: Table, **more: Any) -> Insert:
    adding = _adding(table)
    keys = list(table.primary_key)
    others = {column.name: adding.excluded[column.name] for column in table.c if column not in keys}
    return adding.on_conflict_do_update(index_elements=keys, set_=others, **more)


_KEEP_COUNT, _KEEP_HEALTH = _replacing(COUNT), _replacing(HEALTH)
_KEEP_CAMERA = _replacing(CAMERA, where=CAMERA.c.at_ms <= insert(CAMERA).excluded.at_ms)


def _event(unit: int, event: Event, now_ms: int) -> Row:
    return {
        "unit_id": unit,
        "id": event.id,
        "seq": event.seq,
        "at_ms": _at_ms(event),
        "camera": event.camera,
        "kind": event.kind,
        "severity": event.severity.rank,
        "received_ms": now_ms,
        "body": event_to_dict(event),
    }


def _alarm(unit: int, event: Event) -> Row:
    at_ms = _at_ms(event)
    return {
        "unit_id": unit,
        "id": event.id,
        "seq": event.seq,
        "kind": event.kind,
        "phase": event.phase.value,
        "camera": event.camera,
        "place": event.place,
        "priority": event.severity.rank,
        "began_ms": at_ms - round(1000 * (event.at_s - event.began_s)) if at_ms else 0,
        "at_ms": at_ms,
        "people": event.people,
    }


def _alarms(unit: int, events: Iterable[Event]) -> list[Row]:
    """Return one row an incident, as if its events came one by one."""
    rows = dict[str, Row]()
    for event in sorted(events, key=lambda one: one.seq):
        row, old = _alarm(unit, event), rows.get(event.id)
        kept = (
            {"began_ms": old["began_ms"]} | {k: max(old[k], row[k]) for k in ("people", "priority")} if old else {}
        )
        rows[event.id] = row | kept
    return list(rows.values())


def _at_ms(event: Event) -> int:
    """Return the time of an event; those of recordings have none."""
    return optional_ms(event.utc) or 0


def _count(unit: int, flow: FlowSample) -> Row:
    figures = ("camera", "line", "direction", "window_s", "people", "low", "high", "coverage")
    return {"unit_id": unit, "at_ms": optional_ms(flow.utc)} | {name: getattr(flow, name) for name in figures}


def _health(unit: int, sample: CameraHealth) -> Row:
    figures = ("camera", "fps", "dropped", "decode_errors", "faults")
    row: Row = {"unit_id": unit, "at_ms": optional_ms(sample.utc), "state": sample.state.value}
    return row | {name: getattr(sample, name) for name in figures}


def _camera(unit: int, sample: CameraHealth) -> Row:
    row = _health(unit, sample)
    return {"name": row["camera"]} | {name: row[name] for name in ("unit_id", "at_ms", "state", "fps", "faults")}

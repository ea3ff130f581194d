"""Keeps the report of a unit in one transaction. A repetition changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, update
from sqlalchemy.dialects.postgresql import insert

from passerby.centre.store.tables import ALARM, ALARM_CHANGED, CAMERA, COUNT, EVENT, HEALTH, UNIT
from passerby.contracts.events import CameraHealth, Event, FlowSample, Severity
from passerby.contracts.reports import UnitReport
from passerby.store.encode import event_to_dict
from passerby.store.utc import optional_ms

Row = dict[str, Any]

_KEEP_EVENT = insert(EVENT).on_conflict_do_nothing()
_ADD_ALARM = insert(ALARM)
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
    _execute(connection, _KEEP_EVENT, (_event(unit, event, now_ms) for event in report.events))
    alarming = (event for event in report.events if event.severity is not Severity.INFO)
    _execute(connection, _KEEP_ALARM, (_alarm(unit, event) for event in alarming))
    _execute(connection, _replacing(COUNT), (_count(unit, flow) for flow in report.flows if flow.utc))
    health = [sample for sample in report.health if sample.utc]
    _execute(connection, _replacing(HEALTH), (_health(unit, sample) for sample in health))
    _execute(connection, _KEEP_CAMERA, (_camera(unit, sample) for sample in _newest(health)))
    state = {
        "version": report.version,
        "disk_free": report.disk_free,
        "last_seen_ms": now_ms,
        "clock_skew_s": (report.sent_ms - now_ms) / 1000,
    }
    connection.execute(update(UNIT).where(UNIT.c.id == unit).values(state))


def _execute(connection: Connection, statement: Any, rows: Iterable[Row]) -> None:
    made = list(rows)
    if made:
        connection.execute(statement, made)


def _replacing(table: Table, **more: Any) -> Any:
    adding = insert(table)
    keys = list(table.primary_key)
    others = {column.name: adding.excluded[column.name] for column in table.c if column not in keys}
    return adding.on_conflict_do_update(index_elements=keys, set_=others, **more)


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


def _newest(samples: Sequence[CameraHealth]) -> list[CameraHealth]:
    """Return the last sample of each camera, in the order of their names, which keeps locks in one order."""
    return [one for _, one in sorted({sample.camera: sample for sample in samples}.items())]

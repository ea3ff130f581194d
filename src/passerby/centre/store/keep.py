"""Keeps reports of units in one transaction. A repetition changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnClause,
    Connection,
    Table,
    TableValuedAlias,
    Update,
    bindparam,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from passerby.centre.store.tables import ALARM, ALARM_CHANGED, CAMERA, COUNT, EVENT, HEALTH, UNIT
from passerby.centre.store.units import units_of
from passerby.contracts.events import CameraHealth, Event, FlowSample, Severity
from passerby.contracts.reports import UnitReport
from passerby.store.utc import optional_ms

Row = dict[str, Any]


_STATE = ("version", "disk_free", "last_seen_ms", "clock_skew_s")


def _rows(columns: Sequence[ColumnClause[Any]]) -> TableValuedAlias:
    """Return the rows of one parameter as a table: a round trip a batch, not one a row."""
    rows = func.jsonb_to_recordset(bindparam("rows", type_=JSONB)).table_valued(*columns)
    return rows.render_derived(with_types=True)


def _adding(table: Table) -> Insert:
    """Return the statement that adds all rows of the parameter."""
    columns = [column(c.name, c.type) for c in table.c if c.server_default is None]
    return insert(table).from_select([c.name for c in columns], select(*_rows(columns).c))


def _setting(table: Table, names: Sequence[str]) -> Update:
    """Return the statement that gives the rows with these ids other values."""
    given = _rows([column(name, table.c[name].type) for name in ("id", *names)])
    return update(table).where(table.c.id == given.c.id).values({name: given.c[name] for name in names})


_SET_STATE = _setting(UNIT, _STATE)
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


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report. token_sha256: of the unit that sent it. at_ms: when it came, by the clock here, UTC."""

    token_sha256: str
    report: UnitReport
    at_ms: int


def keep(connection: Connection, arrivals: Sequence[Arrival]) -> frozenset[str]:
    """Keep the reports whose token is of a unit; return these tokens."""
    units = units_of(connection, {one.token_sha256 for one in arrivals})
    known = [(units[one.token_sha256], one) for one in arrivals if one.token_sha256 in units]
    # In the order of the units, so that no two transactions wait for each other.
    known.sort(key=lambda pair: pair[0])
    events = [row for unit, one in known for row in _events(unit, one)]
    _execute(connection, EVENT, _KEEP_EVENT, events)
    _execute(connection, ALARM, _KEEP_ALARM, _alarms(known))
    flows = ((unit, flow) for unit, one in known for flow in one.report.flows if flow.utc)
    _execute(connection, COUNT, _KEEP_COUNT, (_count(unit, flow) for unit, flow in flows))
    health = [(unit, sample) for unit, one in known for sample in one.report.health if sample.utc]
    _execute(connection, HEALTH, _KEEP_HEALTH, (_health(unit, sample) for unit, sample in health))
    health.sort(key=lambda pair: (pair[0], pair[1].camera))
    _execute(connection, CAMERA, _KEEP_CAMERA, (_camera(unit, sample) for unit, sample in health))
    _execute(connection, UNIT, _SET_STATE, (_state(unit, one) for unit, one in known))
    return frozenset(units)


def _execute(connection: Connection, table: Table, statement: Insert | Update, rows: Iterable[Row]) -> None:
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


def _events(unit: int, arrival: Arrival) -> Iterable[Row]:
    bodies = arrival.report.model_dump(mode="json", include={"events"})["events"]
    for event, body in zip(arrival.report.events, bodies, strict=True):
        yield {
            "unit_id": unit,
            "id": event.id,
            "seq": event.seq,
            "at_ms": _at_ms(event),
            "camera": event.camera,
            "kind": event.kind,
            "severity": event.severity.rank,
            "received_ms": arrival.at_ms,
            "body": body,
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


def _alarms(known: Iterable[tuple[int, Arrival]]) -> list[Row]:
    """Return one row an incident, as if its events came one by one."""
    alarming = ((u, e) for u, one in known for e in one.report.events if e.severity is not Severity.INFO)
    rows = dict[tuple[int, str], Row]()
    for unit, event in sorted(alarming, key=lambda pair: (pair[0], pair[1].seq)):
        row, old = _alarm(unit, event), rows.get((unit, event.id))
        kept = (
            {"began_ms": old["began_ms"]} | {k: max(old[k], row[k]) for k in ("people", "priority")} if old else {}
        )
        rows[unit, event.id] = row | kept
    return list(rows.values())


def _state(unit: int, arrival: Arrival) -> Row:
    report = arrival.report
    skew_s = (report.sent_ms - arrival.at_ms) / 1000
    values = (unit, report.version, report.disk_free, arrival.at_ms, skew_s)
    return dict(zip(("id", *_STATE), values, strict=True))


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

"""What the console of the control room reads: see ReportedQueries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, false, func, or_, select, true, tuple_

from passerby.centre.console.ports import AlarmWanted, ReportedAlarm, ReportedFlow, ReportedUnit, StaffReach
from passerby.centre.store.engine import store_errors
from passerby.centre.store.tables import ALARM, CAMERA, COUNT, EVENT, LINE, STATION, UNIT
from passerby.contracts.alarms import Alarm
from passerby.contracts.events import Event, Phase, Severity
from passerby.store.encode import event_from_dict
from passerby.store.utc import utc_text

PLACES = UNIT.join(STATION).outerjoin(LINE, STATION.c.line_id == LINE.c.id)
LINE_NAME = func.coalesce(LINE.c.name, "").label("line_name")
AT_ONCE = 1_000
DAY_MS = 86_400_000
# Of one incident; a longer one is shown by its first events.
MOST_EVENTS = 10_000


class PostgresQueries:
    """Reads what the units reported from PostgreSQL. Each call raises StoreError if it is unavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def alarms(self, reach: StaffReach, wanted: AlarmWanted) -> Sequence[ReportedAlarm]:
        """See ReportedQueries."""
        chosen = _alarm_rows(reach, wanted)
        with store_errors(), self._engine.connect() as connection:
            rows = connection.execute(chosen).all()
            keys = [(row.unit_id, row.id) for row in rows]
            of: dict[tuple[int, str], list[Event]] = {}
            if keys:
                for event in connection.execute(_events(keys, min(row.began_ms for row in rows))):
                    of.setdefault((event.unit_id, event.id), []).append(event_from_dict(event.body))
        return [_alarm(row, of.get((row.unit_id, row.id), [])) for row in rows]

    def units(self, reach: StaffReach) -> Sequence[ReportedUnit]:
        """See ReportedQueries."""
        figures = (UNIT.c.version, UNIT.c.last_seen_ms, UNIT.c.clock_skew_s, UNIT.c.disk_free)
        chosen = select(UNIT.c.id, UNIT.c.name, STATION.c.name.label("station"), LINE_NAME, *figures)
        placed = chosen.select_from(PLACES).where(_stations(reach)).order_by(LINE_NAME, "station", UNIT.c.name)
        with store_errors(), self._engine.connect() as connection:
            rows: Sequence[Any] = connection.execute(placed).all()
            cameras: dict[int, list[Any]] = {row.id: [] for row in rows}
            for camera in connection.execute(select(CAMERA).order_by(CAMERA.c.name)):
                cameras.get(camera.unit_id, []).append(camera)
        return [_unit(row, cameras[row.id]) for row in rows]

    def flows(self, reach: StaffReach, since_ms: int, until_ms: int, station: str) -> Iterator[ReportedFlow]:
        """See ReportedQueries."""
        names = (STATION.c.name.label("station"), UNIT.c.name.label("unit"), COUNT.c.line.label("crossing"))
        figures = (COUNT.c.camera, COUNT.c.direction, COUNT.c.at_ms, COUNT.c.people, COUNT.c.coverage)
        chosen = select(*names, *figures).select_from(COUNT.join(UNIT).join(STATION))
        when = (COUNT.c.at_ms >= since_ms, COUNT.c.at_ms < until_ms)
        where = STATION.c.name == station if station else true()
        placed = chosen.where(_stations(reach), *when, where)
        ordered = placed.order_by(COUNT.c.at_ms, "station", "unit", COUNT.c.camera, "crossing", "direction")
        with store_errors(), self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=AT_ONCE).execute(ordered):
                yield ReportedFlow(**row._mapping)

    def newest(self) -> int:
        """See ReportedQueries."""
        with store_errors(), self._engine.connect() as connection:
            return int(connection.execute(select(func.coalesce(func.max(ALARM.c.changed), 0))).scalar_one())


def _stations(reach: StaffReach) -> ColumnElement[bool]:
    return true() if reach.stations is None else STATION.c.name.in_(sorted(reach.stations))


def _alarm_rows(reach: StaffReach, wanted: AlarmWanted) -> Select[Any]:
    single = ALARM.c.id.in_(sorted(reach.alarms)) if reach.alarms else false()
    limits = (
        (wanted.line, LINE.c.name),
        (wanted.station, STATION.c.name),
        (wanted.id, ALARM.c.id),
    )
    where = and_(or_(_stations(reach), single), *(column == value for value, column in limits if value))
    names = (UNIT.c.name.label("unit_name"), STATION.c.name.label("station_name"), LINE_NAME)
    chosen = select(ALARM, *names).select_from(ALARM.join(PLACES, ALARM.c.unit_id == UNIT.c.id)).where(where)
    urgent = ((ALARM.c.phase != Phase.END.value).desc(), ALARM.c.priority.desc()) if wanted.is_urgent_first else ()
    return chosen.order_by(*urgent, ALARM.c.began_ms.desc(), ALARM.c.changed.desc()).limit(wanted.last)


def _events(keys: Sequence[tuple[int, str]], since_ms: int) -> Select[Any]:
    """Return the query of the events of incidents, none of which began before `since_ms`."""
    found = select(EVENT.c.unit_id, EVENT.c.id, EVENT.c.body)
    mine = found.where(tuple_(EVENT.c.unit_id, EVENT.c.id).in_(keys), EVENT.c.at_ms >= since_ms - DAY_MS)
    return mine.order_by(EVENT.c.unit_id, EVENT.c.id, EVENT.c.seq).limit(MOST_EVENTS)


def _alarm(row: Any, events: Sequence[Event]) -> ReportedAlarm:
    alarm = Alarm(
        id=row.id,
        seq=row.seq,
        kind=row.kind,
        phase=Phase(row.phase),
        camera=row.camera,
        place=row.place,
        priority=[*Severity][row.priority],
        at_s=events[-1].at_s if events else 0.0,
        utc=utc_text(row.at_ms) if row.at_ms else None,
        incidents=1,
        people=row.people,
    )
    return ReportedAlarm(row.unit_name, row.station_name, row.line_name, alarm, tuple(events))


def _unit(row: Any, cameras: Sequence[Any]) -> ReportedUnit:
    unwell = tuple(camera.name for camera in cameras if camera.state != "live" or camera.faults)
    return ReportedUnit(
        row.name,
        row.station,
        row.line_name,
        row.version,
        row.last_seen_ms,
        row.clock_skew_s,
        row.disk_free,
        len(cameras),
        unwell,
    )

"""How long a control room keeps what units reported, in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from passerby.app.centre_running import remove_old_reports
from passerby.centre.console.settings import CentreRetention
from passerby.centre.store.keep import Arrival, keep
from passerby.centre.store.months import make_months
from passerby.centre.store.retention import DAY_MS, KeptDays, RemovedRows, remove_old
from passerby.centre.store.tables import ALARM, COUNT, EVENT, HEALTH
from passerby.centre.store.units import NewUnit, digest, enrol
from passerby.contracts.events import CameraHealth, CameraStatus, Event, FlowSample, Severity
from passerby.contracts.reports import UnitReport
from passerby.store import audit, handling
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms, utc_text
from support.databases import needs_postgres
from support.stored import an_event

pytestmark = [needs_postgres, pytest.mark.slow]

NOW_MS = 1_796_000_000_000  # 2026-11-30
KEPT = KeptDays(events=100, counts=200, health=10)


@pytest.fixture(autouse=True)
def unit(engine: Engine) -> None:
    with engine.begin() as connection:
        enrol(connection, NewUnit("u1", "Mill", "metro"), "token")


def event(id_: str, days_ago: float, now: int = NOW_MS) -> Event:
    return an_event(id_, utc=utc_text(round(now - days_ago * DAY_MS)), severity=Severity.WARNING)


def put(engine: Engine, *events: Event, arrived_days_ago: float = 0.0, now: int = NOW_MS, **rows: object) -> None:
    at_ms = round(now - arrived_days_ago * DAY_MS)
    report = UnitReport.model_validate({"version": "1", "sent_ms": at_ms, "events": events, **rows})
    with engine.begin() as connection:
        make_months(connection, at_ms)
        keep(connection, [Arrival(digest("token"), report, at_ms)])


def kept(engine: Engine, table: object = EVENT) -> Sequence[str]:
    with engine.connect() as connection:
        return sorted({str(row[1]) for row in connection.execute(select(table))})  # type: ignore[call-overload]


def months(engine: Engine) -> list[str]:
    asked = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass ORDER BY 1"
    with engine.connect() as connection:
        return list(connection.execute(text(asked)).scalars())


def test_old_events_and_their_alarms_are_removed_and_old_months_with_them(engine: Engine) -> None:
    for days in (400, 101, 99, 0):
        put(engine, event(f"{days} days", days), arrived_days_ago=days)
    assert "event_2025_10" in months(engine)
    assert remove_old(engine, KEPT, NOW_MS) == RemovedRows(events=2, alarms=2, counts=0, health=0)
    assert kept(engine) == kept(engine, ALARM) == ["0 days", "99 days"]
    assert [name for name in months(engine) if name < "event_2026_08"] == []
    assert remove_old(engine, KEPT, NOW_MS) == RemovedRows(0, 0, 0, 0)
    put(engine, event("late", 400))
    assert "late" in kept(engine)


@pytest.mark.parametrize("days", [400, -400, 20_000])
def test_the_age_of_an_event_counts_from_its_arrival(engine: Engine, days: int) -> None:
    """The clock of the unit is wrong, or the unit was away for long."""
    put(engine, event("past month", 400), arrived_days_ago=400)
    put(engine, event("e", days))
    remove_old(engine, KEPT, NOW_MS)
    assert kept(engine) == kept(engine, ALARM) == ["e"]
    later = NOW_MS + 101 * DAY_MS
    assert remove_old(engine, KEPT, later).events == 1
    assert kept(engine) == kept(engine, ALARM) == []


def test_an_alarm_stays_as_long_as_one_of_its_events(engine: Engine) -> None:
    put(engine, event("e", 101), arrived_days_ago=101)
    end = an_event("e", 1, utc=utc_text(NOW_MS - 99 * DAY_MS), severity=Severity.WARNING)
    put(engine, end, arrived_days_ago=99)
    assert remove_old(engine, KEPT, NOW_MS) == RemovedRows(1, 0, 0, 0)
    assert kept(engine, ALARM) == ["e"]


def test_counts_and_health_have_limits_of_their_own(engine: Engine) -> None:
    for days in (9, 11, 199, 201):
        utc = utc_text(NOW_MS - days * DAY_MS)
        flow = FlowSample("hall", "stairs", "in", 0.0, utc, 900.0, 41, 39.2, 44.0, 120, 1.0)
        put(
            engine, flows=(flow,), health=(CameraHealth("hall", 0, utc, 60, CameraStatus.LIVE, 4, 0, 0, 12, None),)
        )
    assert remove_old(engine, KEPT, NOW_MS) == RemovedRows(0, 0, counts=1, health=3)
    assert (len(kept(engine, COUNT)), len(kept(engine, HEALTH))) == (3, 1)


def test_the_control_room_enters_what_it_removed(engine: Engine, tmp_path: Path) -> None:
    now = now_ms()
    put(engine, event("old", 400, now), arrived_days_ago=400, now=now)
    with ResultsStore(tmp_path) as store:
        for days in (400, 1):
            at_ms = now - days * DAY_MS
            store.write(lambda c, at=at_ms: handling.add_known(c, "old", "useful", "anna", "", at_ms=at))
        for _ in range(2):
            remove_old_reports(CentreRetention(), engine, store)
        with store.reading() as connection:
            entries = [row.entry for row in audit.rows(connection) if row.entry.act == "purged"]
    assert [(one.actor, one.detail) for one in entries] == [("control room", "events: 1, alarms: 1, acts: 1")]

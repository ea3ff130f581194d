"""The tables of a control room in a real PostgreSQL: what is kept, once, in its order, and what is read again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, select, text

from passerby.centre.console.ports import AlarmWanted, StaffReach
from passerby.centre.store.engine import check_schema, connect, migrate
from passerby.centre.store.keep import Arrival, keep
from passerby.centre.store.queries import PostgresQueries
from passerby.centre.store.tables import ALARM, COUNT, EVENT, HEALTH, METADATA
from passerby.centre.store.units import NewUnit, digest, enrol, revoke, units_of
from passerby.contracts.errors import StoreError, UsageError
from passerby.contracts.events import CameraHealth, CameraStatus, FlowSample, Phase, Severity
from passerby.contracts.reports import UnitReport
from passerby.evals.centre_servers import Server
from passerby.store.utc import now_ms, utc_text
from support.databases import needs_postgres, new_url
from support.stored import an_event

pytestmark = [needs_postgres, pytest.mark.slow]

NOW_MS = now_ms()
UTC = utc_text(NOW_MS - 60_000)
ALL = StaffReach(None)
EARLIER = ("0001",)
FLOW = FlowSample("platform-1", "stairs", "in", 0.0, UTC, 900.0, 41, 39.2, 44.0, 120, 1.0)
HEALTH_SAMPLE = CameraHealth("platform-1", 0.0, UTC, 60.0, CameraStatus.LIVE, 4.0, 0, 0, 12.0, None)


def a_report(**changes: Any) -> UnitReport:
    return UnitReport(**{"version": "0.9", "sent_ms": NOW_MS + 2_000, "disk_free": 0.5, **changes})


def a_unit(engine: Engine, station: str = "Riverside", line: str = "red") -> str:
    """Return the token of a new unit."""
    token = f"token of {station}"
    with engine.begin() as connection:
        enrol(connection, NewUnit(f"unit-{station}", station, "metro", line), token)
    return token


def put(engine: Engine, token: str, **changes: Any) -> None:
    with engine.begin() as connection:
        keep(connection, [Arrival(digest(token), a_report(**changes), NOW_MS)])


def number(engine: Engine, table: Any) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def differences(engine: Engine) -> list[Any]:
    """What the tables in the database and in the module have different, without the partitions of the events."""
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
    return [one for one in found if "event_" not in str(one)]


def test_the_steps_make_the_tables_of_the_module(engine: Engine) -> None:
    assert differences(engine) == []
    check_schema(engine)
    migrate(engine)


@pytest.mark.parametrize("earlier", EARLIER)
def test_each_earlier_schema_is_brought_up_to_date_with_its_rows(server: Server, earlier: str) -> None:
    engine = connect(new_url(server))
    migrate(engine, earlier)
    token = a_unit(engine)
    with pytest.raises(StoreError, match=f"has schema {earlier}.*passerby centre migrate"):
        check_schema(engine)
    migrate(engine)
    check_schema(engine)
    assert differences(engine) == []
    with engine.connect() as connection:
        assert [*units_of(connection, [digest(token)])] == [digest(token)]
    engine.dispose()


def test_a_database_without_tables_is_named_with_the_cure(server: Server) -> None:
    engine = connect(new_url(server))
    with pytest.raises(StoreError, match="passerby centre migrate"):
        check_schema(engine)
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite:///x.db", "nonsense", ""])
def test_only_postgresql_is_taken(url: str) -> None:
    with pytest.raises(UsageError, match="postgresql://"):
        connect(url)


def test_an_unreachable_database_is_a_store_error() -> None:
    engine = connect("postgresql://x@127.0.0.1:1/x")
    with pytest.raises(StoreError, match="control room"):
        check_schema(engine)


def test_a_repetition_is_kept_once_and_in_order(engine: Engine) -> None:
    unit = a_unit(engine)
    events = tuple(an_event(f"e{n}", n, utc=UTC) for n in (3, 1, 2))
    for _ in range(2):
        put(engine, unit, events=events, flows=(FLOW, FLOW), health=(HEALTH_SAMPLE,))
    put(engine, unit, events=(*events, an_event("e4", 0, utc=UTC)))
    with engine.connect() as connection:
        ids = connection.execute(select(EVENT.c.id).order_by(EVENT.c.row)).scalars().all()
    assert ids == ["e3", "e1", "e2", "e4"]
    assert (number(engine, COUNT), number(engine, HEALTH)) == (1, 1)


def test_two_units_may_use_the_same_id(engine: Engine) -> None:
    for station in ("Riverside", "Mill"):
        put(engine, a_unit(engine, station), events=(an_event("e1", utc=UTC),))
    assert number(engine, EVENT) == 2


def test_events_of_this_month_are_in_its_partition_and_others_are_kept_too(engine: Engine) -> None:
    unit = a_unit(engine)
    times = (UTC, None, "2019-03-01T00:00:00Z")
    put(engine, unit, events=tuple(an_event(f"e{n}", utc=at) for n, at in enumerate(times)))
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT tableoid::regclass::text FROM event ORDER BY row")).scalars().all()
    assert rows == [f"event_{UTC[:7].replace('-', '_')}", "event_other", "event_other"]


def test_an_alarm_follows_its_incident_and_a_late_repetition_changes_nothing(engine: Engine) -> None:
    unit, queries = a_unit(engine), PostgresQueries(engine)
    start = an_event("i1", 0, utc=UTC, severity=Severity.WARNING, people=3)
    end = replace(start, seq=1, phase=Phase.END, people=1, severity=Severity.ALARM)
    put(engine, unit, events=(start, an_event("i2", utc=UTC, severity=Severity.INFO)))
    first = queries.newest()
    put(engine, unit, events=(end,))
    last = queries.newest()
    put(engine, unit, events=(start, end))
    (found,) = queries.alarms(ALL, AlarmWanted())
    assert first < last == queries.newest()
    assert (found.unit, found.station, found.line) == ("unit-Riverside", "Riverside", "red")
    assert (found.alarm.seq, found.alarm.phase, found.alarm.people) == (1, Phase.END, 3)
    assert found.alarm.priority is Severity.ALARM
    assert found.events == (start, end)
    assert number(engine, ALARM) == 1


def test_what_a_user_may_see_limits_every_query(engine: Engine) -> None:
    queries = PostgresQueries(engine)
    for station, line in (("Riverside", "red"), ("Mill", "")):
        unit = a_unit(engine, station, line)
        put(engine, unit, events=(an_event(f"of {station}", utc=UTC, severity=Severity.ALARM),), flows=(FLOW,))

    def seen(reach: StaffReach, **wanted: Any) -> list[str]:
        return sorted(one.alarm.id for one in queries.alarms(reach, AlarmWanted(**wanted)))

    mill = StaffReach(frozenset({"Mill"}))
    assert seen(ALL) == ["of Mill", "of Riverside"]
    assert seen(mill) == ["of Mill"]
    assert seen(mill, station="Riverside") == []
    assert seen(ALL, line="red") == ["of Riverside"]
    assert seen(StaffReach(frozenset(), frozenset({"of Riverside"}))) == ["of Riverside"]
    assert seen(ALL, id="of Mill") == ["of Mill"]
    assert len(seen(ALL, last=1)) == 1
    assert [one.name for one in queries.units(mill)] == ["unit-Mill"]
    assert [one.station for one in queries.flows(mill, 0, NOW_MS, "")] == ["Mill"]
    assert [one.station for one in queries.flows(ALL, 0, NOW_MS, "Riverside")] == ["Riverside"]
    assert list(queries.flows(ALL, NOW_MS, NOW_MS + 1, "")) == []


def test_the_state_of_a_unit_is_that_of_its_last_report(engine: Engine) -> None:
    unit = a_unit(engine)
    later = replace(HEALTH_SAMPLE, utc=utc_text(NOW_MS), state=CameraStatus.DOWN)
    put(engine, unit, health=(later, replace(later, camera="hall", state=CameraStatus.LIVE)))
    put(engine, unit, health=(HEALTH_SAMPLE,))  # an old one that comes again
    (found,) = PostgresQueries(engine).units(ALL)
    assert (found.version, found.last_seen_ms, found.clock_skew_s, found.disk_free) == ("0.9", NOW_MS, 2.0, 0.5)
    assert (found.cameras, found.cameras_unwell) == (2, ("platform-1",))


def test_a_token_names_one_unit_until_it_is_replaced_or_revoked(engine: Engine) -> None:
    old = a_unit(engine)
    with engine.begin() as connection:
        ((_, unit),) = units_of(connection, [digest(old), digest("another")]).items()
        assert enrol(connection, NewUnit("unit-Riverside", "Harbour", "metro"), "new") == unit
        assert units_of(connection, [digest(old), digest("new")]) == {digest("new"): unit}
        assert revoke(connection, "unit-Riverside")
        assert units_of(connection, [digest("new")]) == {}
        assert not revoke(connection, "unit-nowhere")


def test_one_transaction_keeps_the_reports_of_several_units_and_none_of_a_stranger(engine: Engine) -> None:
    tokens = [digest(a_unit(engine, station)) for station in ("Riverside", "Mill")]
    start = an_event("i1", 0, utc=UTC, severity=Severity.WARNING, people=3)
    reports = (a_report(events=(start,), health=(HEALTH_SAMPLE,)), a_report(events=(replace(start, seq=1),)))
    arrivals = [Arrival(token, report, NOW_MS) for report in reports for token in (*tokens, digest("stranger"))]
    with engine.begin() as connection:
        assert keep(connection, arrivals) == frozenset(tokens)
    found = PostgresQueries(engine).alarms(ALL, AlarmWanted())
    assert sorted((one.unit, one.alarm.seq) for one in found) == [("unit-Mill", 1), ("unit-Riverside", 1)]
    assert (number(engine, EVENT), number(engine, HEALTH)) == (4, 2)
    assert {one.last_seen_ms for one in PostgresQueries(engine).units(ALL)} == {NOW_MS}

"""From the report of a unit over PostgreSQL to the page of an operator, and back to the unit for its still."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from passerby.centre.console.app import create
from passerby.centre.console.ports import AlarmWanted, CentrePorts, StaffReach
from passerby.centre.console.unit_pictures import UnitAddress, UnitPictures
from passerby.centre.store.keep import Arrival, keep
from passerby.centre.store.queries import PostgresQueries
from passerby.centre.store.units import NewUnit, enrol
from passerby.centre.store.units import digest as token_digest
from passerby.console.passwords import digest
from passerby.console.server import WebServer
from passerby.contracts.events import Event, FlowSample, Phase, Severity
from passerby.contracts.reports import UnitReport
from passerby.contracts.settings import ConsoleSettings
from passerby.store import audit, tokens
from passerby.store.filters import EventFilter
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms, utc_text
from support.alarmed import raise_alarm
from support.centres import CentreStage, StubPictures, StubReported
from support.consoles import console_stage
from support.databases import needs_postgres
from support.fleet_centres import FleetCentre

pytestmark = [needs_postgres, pytest.mark.slow]


def test_no_number_of_later_alarms_crowds_out_one_that_lasts(engine: Engine) -> None:
    now, queries = now_ms(), PostgresQueries(engine)

    def event(id_: str, ago_s: float, severity: Severity, phase: Phase = Phase.START) -> Event:
        utc = utc_text(now - round(1000 * ago_s))
        return Event(id_, 0, "intrusion", phase, "hall", "track", 0.0, 0.0, utc, 1, severity)

    lasting = [event("old", 7200, Severity.ALARM), event("warned", 3600, Severity.WARNING)]
    later = [event(f"e{n}", 60, Severity.ALARM, Phase.END) for n in range(5)]
    report = UnitReport(version="0.9", sent_ms=now, disk_free=0.5, events=(*lasting, *later))
    with engine.begin() as connection:
        enrol(connection, NewUnit("u1", "Mill", "metro", "red"), "token")
        keep(connection, [Arrival(token_digest("token"), report, now)])
    urgent = queries.alarms(StaffReach(None), AlarmWanted(last=3, is_urgent_first=True))
    assert [one.alarm.id for one in urgent][:2] == ["old", "warned"]
    assert {one.alarm.id[0] for one in queries.alarms(StaffReach(None), AlarmWanted(last=3))} == {"e"}


def test_an_alarm_of_a_unit_is_seen_where_it_may_be_and_its_still_comes_from_the_unit(
    tmp_path: Path, engine: Engine
) -> None:
    now, hour = now_ms(), utc_text(now_ms() // 3_600_000 * 3_600_000)
    with console_stage(tmp_path / "unit") as unit, ResultsStore(tmp_path / "centre") as store:
        raise_alarm(unit.store, unit.folder, "e1")
        with unit.store.queries() as queries:
            events = tuple(queries.events(EventFilter()))
        flow = FlowSample("hall", "gate", "in", 0.0, hour, 900.0, 41, None, None, None, 1.0)
        report = UnitReport(version="0.9", sent_ms=now, disk_free=0.05, events=events, flows=(flow,))
        with engine.begin() as connection:
            enrol(connection, NewUnit("u1", "Mill", "metro", "red"), "token")
            keep(connection, [Arrival(token_digest("token"), report, now)])
            enrol(connection, NewUnit("u2", "Harbour", "metro", "blue"), "other")
        unit.store.write(lambda c: tokens.add(c, "centre", digest("good"), ("evidence",), "test"))
        with WebServer(unit.app, ConsoleSettings(), port=0) as server:
            pictures = UnitPictures({"u1": UnitAddress(server.address.rstrip("/"), "good")}, None)
            fleet = FleetCentre(engine)
            ports = CentrePorts(store, tmp_path, PostgresQueries(engine), pictures, fleet.desk, "Metro", "UTC")
            room = CentreStage(create(ports, ConsoleSettings()), store, StubReported(), StubPictures(), fleet)
            mill = room.person("operator", "station_staff", "Mill")
            harbour = room.person("viewer", "station_staff", "Harbour")
            (alarm,) = mill.get("/api/v1/alarms?line=red").json()
            assert (alarm["station"], alarm["alarm"]["id"], alarm["has_evidence"]) == ("Mill", "e1", True)
            assert mill.get("/api/v1/alarms?line=blue").json() == harbour.get("/api/v1/alarms").json() == []
            assert mill.post("/alarms/e1/acts", data={"act": "acknowledged"}).status_code == 204
            assert "acknowledged by" in mill.get("/").text
            still = mill.get("/alarms/e1/still")
            assert (still.status_code, still.content[:2]) == (200, b"\xff\xd8")
            assert harbour.get("/alarms/e1").status_code == 404
            assert "its disk is almost full" in mill.get("/stations").text
            assert "silent, last seen: never" in harbour.get("/stations").text
            assert ",41,1.0" in mill.get(f"/flows.csv?day={hour[:10]}").text
            stream = mill.get("/api/v1/stream?once=true", headers={"last-event-id": "0.0"})
            assert "event: reload" in stream.text
            room.account("brigade", "viewer", "emergency_services")
            form = {"name": "brigade", "reason": "smoke", "minutes": "30"}
            assert mill.post("/alarms/e1/grants", data=form).status_code == 303
            assert 'data-id="e1"' in room.logged_in("brigade").get("/").text
            pictures.close()
        with unit.store.reading() as connection:
            looks = [row.entry.detail for row in audit.rows(connection) if row.entry.act == "looked"]
    assert looks == ["for operator station_staff (console)"]

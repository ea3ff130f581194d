"""The feeds over HTTP, and who gets them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from google.transit import gtfs_realtime_pb2 as gtfs

from passerby.contracts.transit import Transit, TransitStop
from passerby.store.utc import now_ms, utc_text
from support.consoles import ConsoleStage
from support.stored import ZONE

FEEDS = ("siri-fm.xml", "gtfs-realtime.pb")


@pytest.fixture
def offered(stage: ConsoleStage) -> ConsoleStage:
    stage.status.transit = Transit(stops=(TransitStop(camera="platform-1", zone="platform", stop="Q:7"),))
    stage.store.write_records([replace(ZONE, count_mean=52.0, level="E", utc=utc_text(now_ms() - 60_000))])
    return stage


def test_the_feeds(offered: ConsoleStage) -> None:
    program = offered.program("transit")
    siri = program.get("/api/v1/transit/siri-fm.xml")
    assert (siri.status_code, siri.headers["content-type"]) == (200, "application/xml")
    assert "<Count>50</Count>" in siri.text
    feed = gtfs.FeedMessage()
    feed.ParseFromString(program.get("/api/v1/transit/gtfs-realtime.pb").content)
    assert feed.entity[0].vehicle.occupancy_status == gtfs.VehiclePosition.CRUSHED_STANDING_ROOM_ONLY


def test_an_old_window_is_no_figure(offered: ConsoleStage) -> None:
    offered.store.write_records([replace(ZONE, zone="hall", utc="2026-03-01T08:00:00.000Z")])
    offered.status.transit = Transit(stops=(TransitStop(camera="platform-1", zone="hall", stop="Q:8"),))
    assert "<Status>unknown</Status>" in offered.program("transit").get("/api/v1/transit/siri-fm.xml").text


@pytest.mark.parametrize("feed", FEEDS)
def test_they_need_a_token_of_their_scope(offered: ConsoleStage, feed: str) -> None:
    path = f"/api/v1/transit/{feed}"
    assert offered.visitor().get(path).status_code == 401
    assert offered.program("metrics").get(path).status_code == 403
    assert offered.program("transit", name="other").get("/api/v1/alarms").status_code == 403


def test_a_unit_without_stops_has_no_feeds(stage: ConsoleStage) -> None:
    assert [stage.program("transit").get("/api/v1/transit/siri-fm.xml").status_code] == [404]
    assert stage.program("transit", name="x").get("/api/v1/transit/other").status_code == 422

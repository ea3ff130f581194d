from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from passerby.centre.console.evidence import MOST_STREAMS
from passerby.centre.console.ports import PictureRequest, ReportedFlow
from passerby.contracts.alarms import KeptAct
from passerby.contracts.events import Severity
from passerby.store import audit, grants, handling
from passerby.store.utc import now_ms, utc_ms
from support.centres import PASSWORD, CentreStage, reported_alarm, reported_unit


def order(page: str) -> list[str]:
    """The ids of the alarms of a page, in their order."""
    return re.findall(r'data-id="([^"]+)"', page)


def entries(room: CentreStage) -> list[tuple[str, str]]:
    """Act and object of each entry of the audit log."""
    with room.store.reading() as connection:
        return [(row.entry.act, row.entry.what) for row in audit.rows(connection)]


def test_a_password_logs_in(room: CentreStage) -> None:
    room.account("anna", "operator", "traffic_centre", "*")
    browser = room.visitor()
    assert browser.post("/login", data={"name": "anna", "password": PASSWORD}).status_code == 303
    assert browser.get("/").status_code == 200
    assert browser.get("/alarms/nothing", headers={"accept": "text/html"}).status_code == 404


def test_alarms_of_all_stations_are_ranked_by_priority_then_by_age(room: CentreStage) -> None:
    browser = room.person("operator", "traffic_centre", "*")
    assert order(browser.get("/").text) == ["mill", "harbour", "river"]
    assert browser.post("/alarms/mill/acts", data={"act": "acknowledged"}).status_code == 204
    assert order(browser.get("/now/alarms").text) == ["harbour", "river", "mill"]
    assert browser.post("/alarms/mill/acts", data={"act": "resolved", "note": "a pigeon"}).status_code == 204
    assert order(browser.get("/now/alarms").text) == ["harbour", "river"]
    assert [one["alarm"]["id"] for one in browser.get("/api/v1/alarms?open_only=true").json()] == [
        "harbour",
        "river",
    ]
    assert "a pigeon" in browser.get("/alarms/mill").text


def test_what_a_station_did_about_an_alarm_is_shown_with_its_person(room: CentreStage) -> None:
    def act(name: KeptAct, note: str = "", for_ms: int | None = None) -> None:
        until_ms = None if for_ms is None else now_ms() + for_ms
        who = "anna (unit unit-mill)"
        room.store.write(lambda c: handling.add_known(c, "mill", name, who, note, until_ms=until_ms))

    browser = room.person("operator", "traffic_centre", "*")
    act("acknowledged")
    assert "acknowledged by anna (unit unit-mill)" in browser.get("/now/alarms").text
    act("shelved", "over", -1000)
    assert _state_of(browser, "mill") == "acknowledged"
    act("shelved", "sun on the lens", 60_000)
    assert _state_of(browser, "mill") == "shelved"
    act("unshelved")
    assert _state_of(browser, "mill") == "acknowledged", "the station has ended it before its time"
    act("shelved", "sun on the lens", 60_000)
    assert "sun on the lens" in browser.get("/alarms/mill").text
    act("resolved", "a bird")
    assert "mill" not in order(browser.get("/now/alarms").text)


def _state_of(browser: TestClient, alarm: str) -> str:
    return str(browser.get(f"/api/v1/alarms/{alarm}").json()["state"])


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["mill", "harbour", "river"]),
        ("?line=red", ["mill", "river"]),
        ("?line=red&station=Mill", ["mill"]),
        ("?station=Harbour", ["harbour"]),
        ("?line=green", []),
    ],
)
def test_alarms_are_filtered_by_line_and_station(room: CentreStage, query: str, shown: list[str]) -> None:
    browser = room.person("operator", "traffic_centre", "*")
    assert order(browser.get(f"/{query}").text) == shown
    assert order(browser.get(f"/now/alarms{query}").text) == shown


@pytest.mark.parametrize(
    ("act", "note", "words"),
    [
        ("shelved", "noise", "this is done at the unit"),
        ("escalated", "", "this is done at the unit"),
        ("resolved", " ", "give a reason"),
        ("handed_over", "", "give a reason"),
    ],
)
def test_an_act_that_cannot_be_done_here_is_refused(room: CentreStage, act: str, note: str, words: str) -> None:
    answer = room.person("operator", "traffic_centre", "*").post(
        "/alarms/mill/acts", data={"act": act, "note": note}
    )
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]


def test_an_act_of_a_program_is_stored_with_its_name(room: CentreStage) -> None:
    program = room.program("handle", organisation="traffic_centre", stations=["*"])
    answer = program.post("/api/v1/alarms/river/acts", json={"act": "handed_over", "note": "gate 3"})
    assert [(one["act"], one["actor"]) for one in answer.json()["acts"]] == [("handed_over", "display (token)")]
    assert ("handed over", "river") in entries(room)


def test_emergency_services_see_a_granted_incident_until_its_end(room: CentreStage) -> None:
    anna = room.person("operator", "station_staff", "Riverside", "Mill")
    brigade = room.person("operator", "emergency_services")
    name = "operator emergency_services"
    assert order(brigade.get("/").text) == []
    form = {"name": name, "reason": "smoke on the track", "minutes": "30"}
    assert anna.post("/alarms/mill/grants", data=form).status_code == 303
    assert order(brigade.get("/").text) == ["mill"]
    assert brigade.get("/alarms/river").status_code == 404
    assert brigade.get("/alarms/mill/still").content == b"picture"
    assert brigade.post("/alarms/mill/acts", data={"act": "acknowledged"}).status_code == 403
    assert brigade.get("/api/v1/units").json() == []
    assert "smoke on the track" in anna.get("/alarms/mill").text
    with room.store.reading() as connection:
        (made,) = grants.of_alarm(connection, "mill")
    past = "UPDATE incident_grant SET until_ms = ? WHERE row = ?"
    room.store.write(lambda c: c.execute(past, (now_ms() - 1, made.row)))
    assert order(brigade.get("/").text) == []
    assert brigade.get("/alarms/mill/still").status_code == 404
    assert ("granted", "mill") in entries(room)


def test_a_grant_is_ended_by_hand(room: CentreStage) -> None:
    anna = room.person("operator", "traffic_centre", "*")
    brigade = room.person("viewer", "emergency_services")
    form = {"name": "viewer emergency_services", "reason": "smoke", "minutes": "30"}
    assert anna.post("/alarms/mill/grants", data=form).status_code == 303
    (number,) = re.findall(r"/alarms/mill/grants/(\d+)/end", anna.get("/alarms/mill").text)
    assert anna.post(f"/alarms/mill/grants/{number}/end").status_code == 303
    assert brigade.get("/alarms/mill").status_code == 404
    assert anna.post(f"/alarms/mill/grants/{number}/end").status_code == 400
    for wrong in ({**form, "name": "operator traffic_centre"}, {**form, "reason": ""}):
        assert anna.post("/alarms/mill/grants", data=wrong).status_code == 400, wrong
    assert anna.post("/alarms/mill/grants", data={**form, "minutes": "241"}).status_code == 422


def test_pictures_come_from_the_unit_only_on_request_and_are_audited(room: CentreStage) -> None:
    browser = room.person("operator", "traffic_centre", "*")
    assert "<video" not in browser.get("/alarms/mill").text
    assert "/alarms/mill/clip" in browser.get("/alarms/mill?pictures=true").text
    assert room.pictures.asked == []
    answer = browser.get("/alarms/mill/clip", headers={"range": "bytes=2-"})
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"picture", "video/mp4")
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    who = "operator traffic_centre (console)"
    assert room.pictures.asked == [PictureRequest("unit-mill", "mill", "clip", who, "bytes=2-")]
    assert entries(room)[-1] == ("looked", "unit-mill: clip of mill")
    assert room.pictures.closed == 1


@pytest.mark.parametrize(
    ("status", "answered", "words"),
    [
        (410, 410, "the unit has removed the clip"),
        (404, 404, "this alarm has no clip"),
        (401, 502, "the unit refused (401)"),
        (500, 502, "the unit refused (500)"),
    ],
)
def test_what_the_unit_does_not_give_is_not_given(
    room: CentreStage, status: int, answered: int, words: str
) -> None:
    room.pictures.status = status
    browser = room.person("operator", "traffic_centre", "*")
    for _ in range(MOST_STREAMS + 1):  # each gives its place back
        answer = browser.get("/alarms/mill/clip")
        assert (answer.status_code, answer.json()["detail"]) == (answered, words)


def test_a_unit_that_is_away_and_too_many_pictures_are_reported(room: CentreStage) -> None:
    browser = room.person("operator", "traffic_centre", "*")
    room.pictures.is_away = True
    assert browser.get("/alarms/mill/still").json()["detail"] == "unit unit-mill does not answer"
    streams = room.app.state.services.streams
    for _ in range(MOST_STREAMS):
        assert streams.acquire(blocking=False)
    assert browser.get("/alarms/mill/still").status_code == 503


def test_a_viewer_gets_no_pictures(room: CentreStage) -> None:
    browser = room.person("viewer", "traffic_centre", "*")
    assert "Your role does not include pictures" in browser.get("/alarms/mill?pictures=true").text
    assert browser.get("/alarms/mill/still").status_code == 403


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ago_s": 600.0}, "silent, last seen: 10"),
        ({"last_seen_ms": None}, "silent, last seen: never"),
        ({"clock_skew_s": -7.0}, "its clock is wrong by −7"),
        ({"disk_free": 0.03}, "its disk is almost full"),
        ({"cameras_unwell": ("hall", "stairs")}, "2 cameras without good pictures"),
        ({"clock_skew_s": None, "disk_free": None}, "0 with a fault"),
        ({"ago_s": 80.0, "clock_skew_s": 0.9, "disk_free": 0.11}, "0 with a fault"),
    ],
)
def test_what_is_wrong_with_a_unit_is_said(room: CentreStage, changed: dict[str, object], words: str) -> None:
    room.reported.all_units = [reported_unit("Mill", **changed)]  # type: ignore[arg-type]
    browser = room.person("viewer", "traffic_centre", "*")
    assert words in browser.get("/stations").text
    is_well = "0 with a fault" in words
    assert (browser.get("/api/v1/units").json()[0]["faults"] == []) == is_well
    assert ("unwell" in browser.get("/now/state").text) != is_well


def flow(station: str, utc: str, people: int, direction: str = "in") -> ReportedFlow:
    return ReportedFlow(station, "unit-1", "hall", "=gate 1", direction, utc_ms(utc), people, 1.0)


def test_flows_are_summed_by_station_and_hour_of_the_local_day(room: CentreStage) -> None:
    room.reported.all_flows = [
        flow("Mill", "2026-02-28T18:45:00Z", 5),  # the day before, in Almaty (UTC+5)
        flow("Mill", "2026-02-28T19:00:00Z", 7),
        flow("Mill", "2026-03-01T03:15:00Z", 40),
        flow("Mill", "2026-03-01T03:30:00Z", 2, "out"),
        flow("Harbour", "2026-03-01T18:45:00Z", 9),
        flow("Harbour", "2026-03-01T19:00:00Z", 11),  # the day after
    ]
    browser = room.person("viewer", "traffic_centre", "*")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get("/flows?day=2026-03-01").text))
    assert "Mill in 47 100 % 7 40" in page
    assert "Harbour in 9 100 % 9" in page
    lines = browser.get("/flows.csv?day=2026-03-01&station=Mill").text.splitlines()
    assert lines[0] == "station,unit,camera,line,direction,utc,people,coverage"
    assert [line.split(",")[6] for line in lines[1:]] == ["7", "40", "2"]
    window = {"since": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"}
    assert [one["people"] for one in browser.get("/api/v1/flows", params=window).json()] == [40, 2, 9, 11]
    for wrong in ("/flows?day=0001-01-01", "/api/v1/flows?since=2026-03-01T00:00:00Z&until=2026-04-01T00:00:00Z"):
        assert browser.get(wrong).status_code == 422, wrong


def test_a_stream_says_that_something_changed_and_not_what(room: CentreStage) -> None:
    browser = room.person("viewer", "station_staff", "Riverside")
    since = {"last-event-id": "1.0"}
    assert browser.get("/api/v1/stream?once=true", headers=since).text == ""
    room.reported.all_alarms.append(reported_alarm("new", "Mill", Severity.ALARM))
    room.reported.number = 2
    assert browser.get("/api/v1/stream?once=true", headers=since).text == "id: 2.0\nevent: reload\ndata: {}\n\n"
    room.store.write(lambda c: handling.add_known(c, "new", "acknowledged", "test", ""))
    assert "id: 2.1" in browser.get("/api/v1/stream?once=true", headers=since).text


def test_evidence_that_the_unit_removed_is_not_offered(room: CentreStage) -> None:
    one = reported_alarm("old", "Mill")
    (event,) = one.events
    assert event.evidence is not None
    gone = replace(event, evidence=replace(event.evidence, gone="expired 2026-03-01"))
    room.reported.all_alarms = [replace(one, events=(gone,))]
    page = room.person("operator", "traffic_centre", "*").get("/alarms/old?pictures=true").text
    assert "expired 2026-03-01" in page
    assert "/alarms/old/still" not in page

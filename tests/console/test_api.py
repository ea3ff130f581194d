"""The interface for programs: what it lists, page by page, and its description."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from passerby.contracts.events import CameraHealth, CameraStatus, Measure, Severity
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.encode import event_to_dict
from passerby.store.roots import ROOTS
from support.alarmed import raise_alarm
from support.consoles import ConsoleStage
from support.stored import EVENT, FLOW, LINE, PLACE, ZONE, an_end, an_event

UTC = "2026-03-01T07:46:00.000Z"


@pytest.fixture
def program(stage: ConsoleStage) -> TestClient:
    return stage.program("read", "audit")


def got(client: TestClient, path: str, **params: Any) -> Any:
    answer = client.get(f"/api/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_events_page_by_page(stage: ConsoleStage, program: TestClient) -> None:
    stage.store.write_records([an_event(f"e{n}") for n in range(5)])
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = got(program, "/events", limit=2, **cursor)
        seen += [event["id"] for event in page["items"]]
        cursor = {"cursor": page["next"]}
    assert seen == ["e4", "e3", "e2", "e1", "e0"]
    assert page["next"] is None


def test_an_event_is_that_of_the_file(stage: ConsoleStage, program: TestClient) -> None:
    stage.store.write_records([EVENT, an_end("e1", 1)])
    start, end = got(program, "/events/e1")
    assert start == event_to_dict(EVENT)
    assert end["phase"] == "end"
    assert program.get("/api/v1/events/e9").status_code == 404


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({"camera": "hall"}, ["b"]),
        ({"camera": ["hall", "platform-1"]}, ["c", "b", "a"]),
        ({"kind": "loitering"}, ["c"]),
        ({"severity": "alarm"}, ["c"]),
        ({"place": "nowhere"}, []),
        ({"since": "2026-03-01T08:45:13+01:00"}, ["b"]),
        ({"until": "2026-03-01T07:45:13Z"}, ["c", "a"]),
        ({"open_only": "true"}, ["c", "b"]),
    ],
)
def test_events_by_filter(
    stage: ConsoleStage, program: TestClient, params: dict[str, Any], ids: list[str]
) -> None:
    stage.store.write_records(
        [
            an_event("a"),
            an_end("a", 1),
            an_event("b", camera="hall", utc="2026-03-01T07:45:14.000Z"),
            an_event("c", kind="loitering", severity=Severity.ALARM),
        ]
    )
    found = [event["id"] for event in got(program, "/events", **params)["items"]]
    assert list(dict.fromkeys(found)) == ids


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"},
        {"limit": "501"},
        {"cursor": "x"},
        {"cursor": "9" * 19},
        {"since": "yesterday"},
        {"since": "2026-03-01T07:45:13"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"colour": "red"},
    ],
)
def test_a_parameter_without_a_valid_value_is_refused(program: TestClient, params: dict[str, str]) -> None:
    answer = program.get("/api/v1/events", params=params)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_counts(stage: ConsoleStage, program: TestClient) -> None:
    stage.store.write_records([ZONE, LINE, FLOW, PLACE, replace(LINE, line="gate")])
    (zone,) = got(program, "/counts/zones", camera="platform-1", place="platform")["items"]
    assert (zone["count_max"], zone["density_per_m2"], zone["is_lower_bound"]) == (7, 0.0325, False)
    gate, stairs = got(program, "/counts/lines")["items"]
    assert (gate["line"], stairs["in"], stairs["out"]) == ("gate", 12, 3)
    (flow,) = got(program, "/counts/flows", place="stairs")["items"]
    assert (flow["people"], flow["low"], flow["high"]) == (41, 39.2, 44.0)
    (place,) = got(program, "/counts/places")["items"]
    assert (place["place"], place["people"]) == ("station", 9)
    assert got(program, "/counts/zones", since=UTC)["items"] == [zone]
    assert got(program, "/counts/zones", until=UTC)["items"] == []


def test_the_unit_and_its_cameras(stage: ConsoleStage, program: TestClient) -> None:
    assert got(program, "/unit")["cameras"] == ["platform-1", "hall"]
    health = CameraHealth("hall", 60.0, UTC, 60.0, CameraStatus.DOWN, 0.0, 0, 0, None, None)
    stage.store.write_records([health])
    stage.status.restarts = {"hall": 2}
    platform, hall = got(program, "/cameras")
    assert platform["health"] is None
    assert (hall["health"]["state"], hall["restarts"]) == ("down", 2)
    assert got(program, "/cameras/hall") == hall
    assert got(program, "/cameras/hall/health")["items"] == [hall["health"]]
    assert "source" not in hall
    for path in ("/cameras/none", "/cameras/none/health"):
        assert program.get(f"/api/v1{path}").status_code == 404


def test_the_records(stage: ConsoleStage, program: TestClient) -> None:
    assert got(program, "/ledger") == []
    got(program, "/unit")
    for n in range(3):
        stage.store.write(lambda c, n=n: audit.record(c, "anna", Act.LOOKED, f"e{n}"))
    page = got(program, "/audit", limit=2)
    assert [row["entry"]["what"] for row in page["items"]] == ["e2", "e1"]
    assert got(program, "/audit", cursor=page["next"])["items"][0]["entry"]["what"] == "e0"
    checked = got(program, "/audit/verification")
    assert (checked["whole"], checked["faults"], checked["roots"]) == (True, [], 0)
    (stage.folder / ROOTS).write_text(f"2026-03-01 1 {'ab' * 32}\n")
    checked = got(program, "/audit/verification")
    assert (checked["whole"], checked["roots"]) == (False, 1)
    assert "do not match the published root" in checked["faults"][0]


def test_the_description_names_every_route_with_an_example(program: TestClient) -> None:
    described = got(program, "/openapi.json")
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/events/{event}" in described["paths"]
    for path, methods in described["paths"].items():
        assert path.startswith("/api/v1/"), path
        for operation in methods.values():
            assert operation["summary"], path
            assert operation["description"], path
            good = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
            content = good.get("content", {})
            json_ = content.get("application/json")  # the stream and the feeds of transit have other types
            assert json_ is None or path.endswith("/stream") or "example" in json_, path
            assert operation["x-permission"], path


@pytest.mark.parametrize("word", ["track", "bbox", "xyxy", "foot", "trail"])
def test_nothing_in_the_description_is_about_one_person(program: TestClient, word: str) -> None:
    names = set[str]()
    for title, schema in got(program, "/openapi.json")["components"]["schemas"].items():
        if title != "DepartureBody":  # its track is one of rails
            names |= set(schema.get("properties", {}))
    assert not [name for name in names if word in name]


def test_a_whole_number_is_a_measure(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "crowd", "crowding", measures=(Measure("people", 2, "person"),))
    (event,) = stage.program("read").get("/api/v1/events").json()["items"]
    assert event["measures"][0]["value"] == 2

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from passerby.contracts.events import Phase, Severity
from passerby.store import audit, shelves
from passerby.store.shelves import SHELVES
from support.consoles import ConsoleStage
from support.stored import ALARM, EVENT


def test_an_alarm_with_its_reason_state_and_acts(stage: ConsoleStage) -> None:
    stage.store.write_records([EVENT, ALARM])
    program = stage.program("handle")
    (listed,) = program.get("/api/v1/alarms").json()["items"]
    assert listed["reason"].startswith("Moving 2.9")
    assert (listed["state"], listed["acts"]) == ("new", [])
    acted = program.post("/api/v1/alarms/e1/acts", json={"act": "acknowledged"}).json()
    assert (acted["state"], acted["acts"][0]["actor"]) == ("acknowledged", "program (token)")
    assert program.get("/api/v1/alarms/e1").json() == acted
    with stage.store.reading() as connection:
        newest = audit.newest(connection, None, 1)[0].entry
    assert (newest.act, newest.actor, newest.what) == ("acknowledged", "program (token)", "e1")


def test_shelving_by_a_program(stage: ConsoleStage) -> None:
    stage.store.write_records([EVENT, ALARM])
    body = {"act": "shelved", "note": "cleaning", "minutes": 5}
    answer = stage.program("handle").post("/api/v1/alarms/e1/acts", json=body).json()
    assert answer["state"] == "shelved"
    (shelf,) = shelves.load(stage.folder / SHELVES)
    assert (shelf.camera, shelf.kind, shelf.reason) == ("platform-1", "fast_movement", "cleaning")


@pytest.mark.parametrize(
    ("alarm", "body", "status"),
    [
        ("e1", {"act": "resolved"}, 400),
        ("e1", {"act": "handed_over", "note": "  "}, 400),
        ("e1", {"act": "deleted"}, 422),
        ("e1", {"act": "shelved", "note": "x", "minutes": 0}, 422),
        ("e1", {"act": "acknowledged", "note": "x" * 1001}, 422),
        ("e1", {"act": "acknowledged", "by": "me"}, 422),
        ("e1", {}, 422),
        ("e9", {"act": "acknowledged"}, 404),
    ],
)
def test_an_act_that_is_refused(stage: ConsoleStage, alarm: str, body: dict[str, Any], status: int) -> None:
    stage.store.write_records([EVENT, ALARM])
    answer = stage.program("handle").post(f"/api/v1/alarms/{alarm}/acts", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_browser_needs_the_token_of_its_forms(stage: ConsoleStage) -> None:
    stage.store.write_records([EVENT, ALARM])
    browser = stage.logged_in("operator")
    assert browser.post("/api/v1/alarms/e1/acts", json={"act": "acknowledged"}).status_code == 200
    del browser.headers["x-csrf-token"]
    assert browser.post("/api/v1/alarms/e1/acts", json={"act": "acknowledged"}).status_code == 403


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({"camera": "hall"}, ["b"]),
        ({"priority": "alarm"}, ["c"]),
        ({"open_only": "true"}, ["c", "b"]),
        ({"limit": 1}, ["c"]),
        ({"kind": "queue"}, []),
    ],
)
def test_alarms_by_filter(stage: ConsoleStage, params: dict[str, Any], ids: list[str]) -> None:
    made = [
        replace(ALARM, id="a"),
        replace(ALARM, id="a", seq=1, phase=Phase.END),
        replace(ALARM, id="b", camera="hall"),
        replace(ALARM, id="c", priority=Severity.ALARM),
    ]
    stage.store.write_records(made)
    found = stage.program("read").get("/api/v1/alarms", params=params).json()["items"]
    assert [one["alarm"]["id"] for one in found] == ids

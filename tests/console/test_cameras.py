from __future__ import annotations

from dataclasses import replace

import pytest

from passerby.charts.wording import lasting
from passerby.contracts.events import CameraStatus
from passerby.store import audit
from passerby.store.utc import now_ms, utc_text
from support.consoles import ConsoleStage
from support.stored import HEALTH

PAGE = {"accept": "text/html"}


def test_the_list_and_the_wall(stage: ConsoleStage) -> None:
    stage.store.write_records([HEALTH, replace(HEALTH, camera="hall", state=CameraStatus.DOWN)])
    page = stage.logged_in("operator").get("/cameras", params={"wall": 1, "page": 1}, headers=PAGE).text
    assert "9.8 pictures per second" in page
    assert '<tr class="warning"><th scope="row"><a href="/cameras/hall">' in page
    assert 'class="tile" data-camera="hall"' in page
    assert 'class="tile" data-camera="platform-1"' not in page
    assert 'class="tile"' not in stage.logged_in("viewer").get("/cameras", headers=PAGE).text


def test_one_camera_with_its_last_day(stage: ConsoleStage) -> None:
    at = utc_text(now_ms() - 3_600_000)
    stage.store.write_records([replace(HEALTH, utc=at), replace(HEALTH, utc=at, state=CameraStatus.DOWN, fps=0.0)])
    page = stage.logged_in("engineer").get("/cameras/platform-1", headers=PAGE).text
    assert "1 minute without pictures, 4 pictures skipped" in page
    assert "Restart this camera" in page
    assert 'href="/live/platform-1" download="platform-1.jpg"' in page
    assert "Edit zones, lines and rules" in page
    assert "Restart this camera" not in stage.logged_in("operator").get("/cameras/platform-1", headers=PAGE).text


def test_the_history_lists_when_a_camera_was_not_live_and_why(stage: ConsoleStage) -> None:
    begin_ms = now_ms() - 3_600_000
    blind = replace(HEALTH, state=CameraStatus.BLIND, why="Lens is covered")
    states = [HEALTH, blind, blind, replace(HEALTH, state=CameraStatus.STALE, why="Picture is frozen"), HEALTH]
    stage.store.write_records(
        [replace(one, utc=utc_text(begin_ms + 60_000 * k)) for k, one in enumerate(states)]  # type: ignore[list-item]
    )
    page = stage.logged_in("viewer").get("/cameras/platform-1", headers=PAGE).text
    assert f", {lasting(120)}: shows nothing (Lens is covered)</li>" in page
    assert f", {lasting(60)}: old picture (Picture is frozen)</li>" in page
    assert page.count("shows nothing") == 1
    assert "0 minutes without pictures" in page


def test_a_week_of_health(stage: ConsoleStage) -> None:
    at = utc_text(now_ms() - 5 * 86_400_000)
    stage.store.write_records([replace(HEALTH, utc=at, state=CameraStatus.DOWN, fps=0.0)])
    browser = stage.logged_in("viewer")
    assert "1 minute without pictures" in browser.get("/cameras/platform-1?hours=168", headers=PAGE).text
    assert "No report so far" in browser.get("/cameras/platform-1", headers=PAGE).text
    assert browser.get("/cameras/platform-1?hours=9").status_code == 422


def test_a_restart_is_asked_for_and_audited(stage: ConsoleStage) -> None:
    browser = stage.logged_in("engineer")
    assert browser.post("/cameras/hall/restart").headers["location"] == "/cameras/hall"
    assert stage.control.restarted == ["hall"]
    with stage.store.reading() as connection:
        entry = audit.newest(connection, None, 1)[0].entry
    assert (entry.act, entry.what, entry.detail, entry.actor) == (
        "requested",
        "hall",
        "restart",
        "engineer (console)",
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/cameras/none"), ("POST", "/cameras/none/restart"), ("GET", "/cameras/none/places")],
)
def test_a_camera_that_does_not_exist_is_refused(stage: ConsoleStage, method: str, path: str) -> None:
    assert stage.logged_in("engineer").request(method, path).status_code == 404


def test_a_camera_without_rules_says_what_comes_next(stage: ConsoleStage) -> None:
    browser = stage.logged_in("engineer")
    assert "this camera raises no alarm" not in browser.get("/cameras/hall", headers=PAGE).text
    stage.status.settings = {"rules": []}
    assert "this camera raises no alarm" in browser.get("/cameras/hall", headers=PAGE).text
    assert "this camera raises no alarm" not in stage.logged_in("operator").get("/cameras/hall", headers=PAGE).text

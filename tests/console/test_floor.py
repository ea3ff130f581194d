"""The calibration page."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from passerby.console.ports import LearnedTrial
from passerby.store import audit
from support.consoles import ConsoleStage

PATH = "/cameras/platform-1/floor"


@pytest.fixture
def browser(stage: ConsoleStage) -> TestClient:
    return stage.logged_in("engineer")


def draft(browser: TestClient) -> dict[str, Any]:
    page = browser.get(PATH, headers={"accept": "text/html"}).text
    return json.loads(html.unescape(page.split('data-floor="')[1].split('"')[0]))  # type: ignore[no-any-return]


def test_the_page_has_the_present_calibration(browser: TestClient) -> None:
    floor = draft(browser)
    assert [point["m"] for point in floor["points"]] == [[0, 0], [6, 0], [6, 9], [0, 9]]
    assert (floor["picture_px"], floor["lengths"]) == ([320, 240], [])


def test_a_drawing_is_tried_saved_and_audited(stage: ConsoleStage, browser: TestClient) -> None:
    floor = draft(browser)
    floor["points"][0]["m"] = [0.1, 0]
    tried = browser.post(f"{PATH}/check", json=floor).json()
    assert (tried["problems"], tried["residuals"]) == ([], [{"what": "length 1 of 2 m", "cm": 1.5}])
    assert browser.post(PATH, json=floor).json() == {"saved": True}
    assert stage.control.floors[0].points[0].m == (0.1, 0)
    with stage.store.reading() as connection:
        entry = audit.newest(connection, None, 1)[0].entry
    assert (entry.act, entry.what, entry.detail) == (
        "configured",
        "platform-1",
        "calibration: 4 points, 0 lengths",
    )


def test_fields_wait_for_the_script_that_fills_them_in(browser: TestClient) -> None:
    page = browser.get(PATH, headers={"accept": "text/html"}).text
    assert '<fieldset class="fields" id="mounting" disabled>' in page
    assert '"#mounting").disabled = false' in browser.get("/static/floor.js").text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"camera": "hall"}, 400),
        ({"picture_px": [1, 1]}, 400),
        ({"lengths": [{"px": [[0, 0], [9, 9]], "m": -1}]}, 422),
        ({"points": [{"px": [0, 0], "m": "here"}]}, 422),
        ({"people": True}, 422),
    ],
)
def test_a_drawing_that_does_not_fit_is_refused(browser: TestClient, change: dict[str, Any], status: int) -> None:
    for path in (f"{PATH}/check", PATH):
        assert browser.post(path, json={**draft(browser), **change}).status_code == status, path


def test_problems_are_shown_and_nothing_is_saved(stage: ConsoleStage, browser: TestClient) -> None:
    stage.control.problems = ["the points lie on a line"]
    assert browser.post(f"{PATH}/check", json=draft(browser)).json()["problems"] == stage.control.problems
    assert browser.post(PATH, json=draft(browser)).status_code == 400
    assert stage.control.floors == []


def test_the_floor_from_people_is_compared_accepted_and_audited(stage: ConsoleStage, browser: TestClient) -> None:
    assert browser.post(f"{PATH}/check", json=draft(browser)).json()["learned"] is None
    assert browser.post(f"{PATH}/learned").status_code == 400
    stage.control.learned = LearnedTrial(40, 0.06, (), (0.8, 0.78, 0.81), is_apart=True)
    tried = browser.post(f"{PATH}/check", json=draft(browser)).json()
    assert (tried["learned"]["ratio"], tried["learned"]["is_apart"]) == ([0.8, 0.78, 0.81], True)
    assert browser.post(f"{PATH}/learned").json() == {"saved": True}
    assert stage.control.accepted == ["platform-1"]
    with stage.store.reading() as connection:
        entry = audit.newest(connection, None, 1)[0].entry
    assert (entry.what, entry.detail) == ("platform-1", "calibration: the floor learned from people")

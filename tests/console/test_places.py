"""The editor of zones and lines."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from passerby.store import audit, place_versions
from support.consoles import ConsoleStage

PATH = "/cameras/platform-1/places"


@pytest.fixture
def browser(stage: ConsoleStage) -> TestClient:
    return stage.logged_in("engineer")


def draft(browser: TestClient, **params: Any) -> dict[str, Any]:
    page = browser.get(PATH, params=params, headers={"accept": "text/html"}).text
    return json.loads(html.unescape(page.split('data-places="')[1].split('"')[0]))  # type: ignore[no-any-return]


def test_the_page_has_the_present_places(stage: ConsoleStage, browser: TestClient) -> None:
    places = draft(browser)
    assert [zone["name"] for zone in places["zones"]] == ["platform", "track"]
    assert places["lines"][0]["was"] == "stairs"
    assert browser.post(f"{PATH}/check", json=places).json() == {"problems": [], "diff": []}
    assert browser.post(PATH, json=places).status_code == 400, "nothing was changed"


def test_a_change_is_checked_saved_audited_and_can_be_taken_back(stage: ConsoleStage, browser: TestClient) -> None:
    places = draft(browser)
    places["zones"][0]["name"] = "north"
    places["zones"][0]["polygon_px"][0] = [9, 230]
    checked = browser.post(f"{PATH}/check", json=places).json()
    assert checked["diff"] == [
        "-zone platform (platform): 5,235 315,235 290,150 30,150",
        "+zone north (platform): 9,230 315,235 290,150 30,150",
    ]
    assert browser.post(PATH, json=places).json() == {"saved": True}
    assert stage.control.saved[0].zones[0].name == "north"
    with stage.store.reading() as connection:
        saved, first = place_versions.versions(connection, "platform-1")
        entry = audit.newest(connection, None, 1)[0].entry
    assert (saved.actor, first.actor) == ("engineer (console)", "unit")
    assert (entry.act, entry.what) == ("configured", "platform-1")
    assert "+zone north" in entry.detail
    back = draft(browser, version=first.row)
    assert [(zone["name"], zone["was"]) for zone in back["zones"]] == [
        ("platform", "platform"),
        ("track", "track"),
    ]


def test_problems_are_shown_and_nothing_is_saved(stage: ConsoleStage, browser: TestClient) -> None:
    stage.control.problems = ["zones[0].name: there are two zones of this name"]
    places = draft(browser)
    places["zones"][0]["name"] = "track"
    assert browser.post(f"{PATH}/check", json=places).json()["problems"] == stage.control.problems
    answer = browser.post(PATH, json=places)
    assert (answer.status_code, answer.json()["detail"]) == (400, stage.control.problems[0])
    with stage.store.reading() as connection:
        assert place_versions.versions(connection, "platform-1") == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"camera": "hall"}, 400),
        ({"picture_px": [1, 1]}, 400),
        ({"zones": [{"name": "x", "was": "gone", "polygon_px": [[0, 0], [1, 0], [1, 1]]}]}, 400),
        ({"zones": [{"name": "x", "kind": "castle", "polygon_px": []}]}, 422),
        ({"zones": [{"name": "x", "polygon_px": [["a", 0]]}]}, 422),
        ({"zones": [{"name": "x" * 300, "polygon_px": []}]}, 422),
        ({"rules": []}, 422),
    ],
)
def test_a_drawing_that_does_not_fit_is_refused(browser: TestClient, change: dict[str, Any], status: int) -> None:
    for path in (f"{PATH}/check", PATH):
        assert browser.post(path, json={**draft(browser), **change}).status_code == status, path


def test_a_version_that_does_not_exist_is_refused(browser: TestClient) -> None:
    assert browser.get(PATH, params={"version": 7}).status_code == 404


def test_names_are_shown_as_text(stage: ConsoleStage, browser: TestClient) -> None:
    places = draft(browser)
    places["zones"][0]["name"] = '"><script>alert(1)</script>'
    browser.post(PATH, json=places)
    with stage.store.reading() as connection:
        row = place_versions.versions(connection, "platform-1")[0].row
    page = browser.get(PATH, params={"version": row}, headers={"accept": "text/html"}).text
    assert "<script>alert" not in page

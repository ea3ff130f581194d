"""The editor of zones and lines."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from passerby.config.rule_form import rule_forms
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


def test_rules_are_changed_with_the_places(stage: ConsoleStage, browser: TestClient) -> None:
    places = draft(browser)
    assert {rule["kind"] for rule in places["rules"]} == {
        rule.kind for rule in stage.status.unit().cameras[0].rules
    }
    loitering = next(rule for rule in places["rules"] if rule["kind"] == "loitering")
    loitering["dwell_s"] = 45
    places["rules"].append({"kind": "may_need_help", "zone": "platform", "pacing_turns": None})
    changes = browser.post(f"{PATH}/check", json=places).json()["diff"]
    assert any(line.startswith("+rule loitering at platform") and "dwell_s 45" in line for line in changes)
    assert "+rule may_need_help at platform: pacing_turns off" in changes
    assert browser.post(PATH, json=places).json() == {"saved": True}
    assert stage.control.saved[0].rules[-1]["pacing_turns"] is None
    with stage.store.reading() as connection:
        first = place_versions.versions(connection, "platform-1")[1]
    assert len(draft(browser, version=first.row)["rules"]) == len(places["rules"]) - 1


def test_a_version_from_before_rules_were_edited_here_keeps_the_present_rules(
    stage: ConsoleStage, browser: TestClient
) -> None:
    now = draft(browser)
    old = {key: value for key, value in now.items() if key != "rules"}
    stage.store.write(lambda c: place_versions.add(c, "platform-1", "anna", json.dumps(old)))
    assert draft(browser, version=1)["rules"] == now["rules"]
    assert browser.post(f"{PATH}/check", json={**old}).json()["diff"] == []


def test_every_kind_of_rule_has_a_form(browser: TestClient) -> None:
    page = browser.get(PATH, headers={"accept": "text/html"}).text
    forms = json.loads(html.unescape(page.split('data-forms="')[1].split('"')[0]))
    assert [form["kind"] for form in forms] == [form.kind for form in rule_forms()]


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
        ({"masks": []}, 422),
        ({"rules": [{"kind": {"a": {"b": {"c": 1}}}}]}, 422),
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

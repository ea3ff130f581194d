"""A trial of changed rules: started, compared, accepted or stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from passerby.console.places import drawn_of
from passerby.contracts.events import Event, Measure, Phase, Severity
from passerby.contracts.trial import TrialIncident
from passerby.store import audit
from support.consoles import ConsoleStage

PATH = "/cameras/platform-1"
EVENT = Event(
    id="1", seq=0, kind="loitering", phase=Phase.START, camera="platform-1", place="platform", began_s=1.0,
    at_s=9.0, utc="2026-03-01T08:00:09.000Z", people=1, severity=Severity.INFO,
    measures=(Measure("dwell", 45.0, "s"),),
)  # fmt: skip


@pytest.fixture
def browser(stage: ConsoleStage) -> TestClient:
    return stage.logged_in("engineer")


def changed(stage: ConsoleStage) -> dict[str, Any]:
    """The present places with one more rule."""
    camera = stage.status.unit().cameras[0]
    drawn = drawn_of(camera, (320, 240)).model_dump(mode="json")
    return {**drawn, "rules": [*drawn["rules"], {"kind": "fall", "zone": "platform"}]}


def start(stage: ConsoleStage, browser: TestClient) -> None:
    assert browser.post(f"{PATH}/places/trial", json=changed(stage)).json() == {"trial": True}


def test_a_trial_is_compared_with_the_present_rules(stage: ConsoleStage, browser: TestClient) -> None:
    start(stage, browser)
    by = ("both", "both", "trial", "now")
    incidents = tuple(TrialIncident(EVENT, one) for one in by)
    stage.status.tried["platform-1"] = replace(stage.status.tried["platform-1"], incidents=incidents)
    page = browser.get(f"{PATH}/trial", headers={"accept": "text/html"}).text
    assert '<td>platform</td><td class="number">3</td><td class="number">3</td>' in page
    assert "dwell 45" in page
    assert "+rule fall at platform" in page
    assert page.count("trial only") == page.count("present rules only") == 1
    assert "A trial is running" in browser.get(f"{PATH}/places", headers={"accept": "text/html"}).text


def test_a_trial_is_accepted_as_a_version(stage: ConsoleStage, browser: TestClient) -> None:
    start(stage, browser)
    answer = browser.post(f"{PATH}/trial/accept")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}/places")
    assert stage.control.saved[0].rules[-1] == {"kind": "fall", "zone": "platform"}
    assert stage.status.tried == {}
    with stage.store.reading() as connection:
        acts = [row.entry.act for row in audit.newest(connection, None, 2)]
    assert acts == ["configured", "requested"]


def test_a_trial_is_stopped_and_nothing_is_saved(stage: ConsoleStage, browser: TestClient) -> None:
    start(stage, browser)
    assert browser.post(f"{PATH}/trial/stop").status_code == 303
    assert (stage.status.tried, stage.control.saved) == ({}, [])
    assert browser.get(f"{PATH}/trial").status_code == 404


def test_a_drawing_with_problems_is_not_tried(stage: ConsoleStage, browser: TestClient) -> None:
    stage.control.problems = ["rules[5]: no"]
    assert browser.post(f"{PATH}/places/trial", json=changed(stage)).status_code == 400

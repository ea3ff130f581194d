"""Every page against the rules of WCAG 2.2 that a program can check, light and dark, desk and phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from passerby.console.places import drawn_of
from passerby.console.rendering import NAVIGATION
from passerby.console.server import WebServer
from passerby.contracts.settings import ConsoleSettings
from passerby.contracts.trial import TrialState
from passerby.store import handling
from support.axe import ACCESSIBLE, serious_findings
from support.browsers import Visit
from support.consoles import PASSWORD, ConsoleStage, console_stage
from support.stored import FLOW, ZONE

pytestmark = pytest.mark.slow
CAMERA = "/cameras/platform-1"
PAGES = (
    *("/alarms/track", "/account", CAMERA, f"{CAMERA}/places", f"{CAMERA}/floor", f"{CAMERA}/trial"),
    *("/add-camera", "/trust?verify=true", "/nothing"),
)
DESK, PHONE = (1366, 768), (390, 844)


everybody = pytest.mark.parametrize(
    ("colours", "size"),
    [("light", DESK), ("light", PHONE), ("dark", DESK), ("dark", PHONE)],
    ids=["light-desk", "light-phone", "dark-desk", "dark-phone"],
)


def faults_of(page: Any) -> list[str]:
    """What a program finds on a page that is loaded."""
    page.wait_for_load_state("load")
    return [*page.evaluate(ACCESSIBLE), *serious_findings(page)]


@everybody
def test_pages_can_be_read_by_everybody(
    browser: Any, stage: ConsoleStage, address: str, colours: str, size: tuple[int, int]
) -> None:
    visit = Visit(browser, color_scheme=colours, viewport={"width": size[0], "height": size[1]})
    stage.account("ada", "admin")
    visit.page.goto(f"{address}login")
    faults = {"/login": faults_of(visit.page)}
    visit.log_in(address, "ada", PASSWORD)
    stage.store.write(lambda c: handling.add(c, "fast", "useful", "anna (console)"))
    stage.status.tried["platform-1"] = TrialState(
        drawn_of(stage.status.unit().cameras[0], (320, 240)), "ada", 0, ()
    )
    for path in (*(path for path, _, _ in NAVIGATION), *PAGES):
        visit.page.goto(address + path[1:])
        faults[path] = faults_of(visit.page)
    assert {name: found for name, found in faults.items() if found} == {}


@everybody
def test_pages_without_login_can_be_read_by_everybody(
    browser: Any, tmp_path: Path, colours: str, size: tuple[int, int]
) -> None:
    settings = ConsoleSettings(public=True)
    with console_stage(tmp_path, settings) as bare, WebServer(bare.app, settings, port=0) as server:
        bare.store.write_records([ZONE, FLOW])
        visit = Visit(browser, color_scheme=colours, viewport={"width": size[0], "height": size[1]})
        faults = {}
        for path, heading in (("setup", "First account"), ("public", "What is measured")):
            visit.page.goto(server.address + path)
            visit.page.locator("h1", has_text=heading).wait_for()
            faults[path] = faults_of(visit.page)
        bare.app.state.services.feed.close()
    assert {name: found for name, found in faults.items() if found} == {}


def test_the_checks_of_accessibility_see_what_they_should(browser: Any) -> None:
    page = Visit(browser).page
    page.set_content("<p style='color: #bbb'>pale</p><img src='x'><button></button><input><main></main>")
    found = " ".join(page.evaluate(ACCESSIBLE))
    for words in ("contrast 1.9", "no alternative text", "no label", "no language", "not one h1"):
        assert words in found
    assert any(one.startswith("color-contrast") for one in serious_findings(page))

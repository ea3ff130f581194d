"""The jobs of an installer in Chromium: zones, rules and the calibration on the redacted picture."""

from __future__ import annotations

import re
from typing import Any

import pytest

from passerby.console.ports import GridLine, LearnedTrial
from passerby.contracts.live import LivePicture
from passerby.evidence.still import jpeg
from support.axe import ACCESSIBLE
from support.browsers import Visit
from support.consoles import PASSWORD, ConsoleStage
from support.redacted import an_image

pytestmark = pytest.mark.slow


def test_an_installer_draws_zones_on_the_redacted_picture(browser: Any, stage: ConsoleStage, address: str) -> None:
    stage.account("carl", "engineer")
    visit = Visit(browser)
    visit.log_in(address, "carl", PASSWORD)
    page = visit.page
    page.goto(f"{address}cameras/platform-1")
    page.locator("figure[data-camera=platform-1]:not(.stale)").wait_for()
    page.get_by_text("Edit zones, lines and rules").click()
    page.locator("#problems", has_text="No problems.").wait_for()
    page.locator("[data-do=zone]").click()
    box = page.locator("#canvas").bounding_box()

    def spot(x: float, y: float) -> tuple[float, float]:
        return box["x"] + x / 320 * box["width"], box["y"] + y / 240 * box["height"]

    for x, y in ((200, 160), (260, 165), (255, 220)):
        page.mouse.click(*spot(x, y))
    page.locator("#canvas:focus").wait_for()
    page.keyboard.press("Enter")
    page.locator("#diff", has_text="+zone zone 1 (area)").wait_for()
    page.locator("[data-field=zones-2]").fill("kiosk")
    page.locator("#diff", has_text="+zone kiosk (area): 200,160 260,165 255,220").wait_for()
    page.mouse.move(*spot(255, 220))
    page.mouse.down()
    page.mouse.move(*spot(240, 210))
    page.mouse.move(*spot(230, 200))
    page.mouse.up()
    page.locator("#diff", has_text="230,200").wait_for()
    page.locator("[data-do=undo]").click()
    page.locator("#diff", has_text="255,220").wait_for()
    stage.control.problems = ["zones[2].name: is used twice"]
    page.locator("[data-field=zones-2]").fill("track")
    page.locator("#problems .error", has_text="is used twice").wait_for()
    assert not page.locator("[data-do=save]").is_enabled()
    stage.control.problems = []
    page.locator("[data-field=zones-2]").fill("kiosk")
    page.locator("#problems", has_text="No problems.").wait_for()
    page.locator("#rule-kind").select_option("queue")
    page.locator("[data-do=rule]").click()
    queue = page.locator("#rule-list details[open]")
    queue.locator("[data-key$=zone] select").select_option("kiosk")
    queue.locator("[data-key$=people] input").fill("6")
    queue.locator("[data-key$=head_px] button").click()
    page.locator("#canvas").click(position={"x": 30, "y": 30})
    stage.control.problems = ["cameras[0].rules[9].people: must be more"]
    page.locator("[data-field=zones-2]").fill("kiosk 1")
    page.locator("#rule-list summary", has_text="queue · kiosk 1").wait_for()
    page.locator("#problems .error", has_text="must be more").wait_for()
    stage.control.problems = []
    page.locator("[data-field=zones-2]").fill("kiosk")
    page.locator("#diff", has_text=re.compile(r"\+rule queue at kiosk: head_px .*, people 6")).wait_for()
    assert page.evaluate(ACCESSIBLE) == []
    page.locator("[data-do=save]").click()
    page.locator("#saved", has_text="the camera restarts").wait_for()
    rule = stage.control.saved[0].rules[-1]
    assert {**rule, "head_px": 0} == {"kind": "queue", "zone": "kiosk", "people": 6, "head_px": 0}
    assert [zone.name for zone in stage.control.saved[0].zones] == ["platform", "track", "kiosk"]
    assert visit.complaints == []


def test_an_installer_marks_a_known_length(browser: Any, stage: ConsoleStage, address: str) -> None:
    stage.account("carl", "engineer")
    line = GridLine(bold=True, px=((10, 200), (300, 210)))
    stage.control.learned = LearnedTrial(40, 0.06, (line,), (0.8, 0.78, 0.81), is_apart=True)
    visit = Visit(browser)
    visit.log_in(address, "carl", PASSWORD)
    page = visit.page
    page.goto(f"{address}cameras/platform-1/floor")
    page.locator("#compared", has_text="0.80 m by the height of people (0.78 to 0.81 m").wait_for()
    page.locator("#compared .error", has_text="differ by more").wait_for()
    page.locator("#show-learned").check()
    page.locator("#learned-grid .metre").wait_for(state="attached")
    page.locator("#problems", has_text="A floor was found.").wait_for()
    assert not page.locator("[data-do=save]").is_enabled()
    page.locator("[data-do=length]").click()
    box = page.locator("#canvas").bounding_box()
    for x, y in ((40, 200), (200, 210)):
        page.mouse.click(box["x"] + x / 320 * box["width"], box["y"] + y / 240 * box["height"])
    page.locator("[data-field=lengths-0]:focus").wait_for()
    page.keyboard.type("2.5")
    page.locator("#residuals", has_text="length 1 of 2 m").wait_for()
    page.locator("#marks text", has_text="1: 2.5 m").wait_for()
    assert page.evaluate(ACCESSIBLE) == []
    page.locator("[data-do=save]").click()
    page.locator("#saved", has_text="the camera restarts").wait_for()
    (floor,) = stage.control.floors
    assert [(length.px, length.m) for length in floor.lengths] == [(((40, 200), (200, 210)), 2.5)]
    assert visit.complaints == []


@pytest.fixture
def bare(stage: ConsoleStage) -> None:
    """The cameras have neither zones, lines nor rules, and no calibration."""
    stage.status.settings = {"calibration": None, "zones": [], "lines": [], "rules": [], "picture_px": [320, 240]}


def test_a_calibration_that_is_begun_asks_for_nothing_in_red(
    browser: Any, stage: ConsoleStage, bare: None, address: str
) -> None:
    stage.account("carl", "engineer")
    stage.control.problems = ["cameras[0].calibration: give at least 4 points"]
    visit = Visit(browser)
    visit.log_in(address, "carl", PASSWORD)
    page = visit.page
    page.goto(f"{address}cameras/platform-1/floor")
    page.locator("#problems", has_text="Nothing is known yet.").wait_for()
    assert page.locator("#problems .error").count() == 0
    assert not page.locator("#proposal").is_visible()
    stage.control.problems = ["cameras[0].calibration.hfov_deg: must be less than 170"]
    page.locator("[data-do=length]").click()
    box = page.locator("#canvas").bounding_box()
    for x, y in ((40, 200), (200, 210)):
        page.mouse.click(box["x"] + x / 320 * box["width"], box["y"] + y / 240 * box["height"])
    page.locator("#hfov_deg").fill("720")
    # The field must still be there when the value before it is taken over.
    page.locator("[data-field=lengths-0]").click()
    page.locator("[data-field=lengths-0]:focus").wait_for()
    named = re.compile("^Horizontal field of view, degrees: must be less")
    page.locator("#problems .error", has_text=named).wait_for()
    stage.control.problems = []
    page.keyboard.type("2.5")
    page.locator("#marks text", has_text="1: 2.5 m").wait_for()
    page.locator("#problems .error", has_text="Speeds are reliable in 0 %").wait_for()
    page.locator("#show-errors").check()
    page.locator("#errors .unknown").wait_for(state="attached")
    assert (page.locator("#errors .rough").count(), page.locator("#errors rect").count()) == (2, 3)
    assert page.locator("[data-do=save]").is_enabled()
    assert visit.complaints == []


def test_a_rule_needs_its_zone_first(browser: Any, stage: ConsoleStage, bare: None, address: str) -> None:
    stage.account("carl", "engineer")
    visit = Visit(browser)
    visit.log_in(address, "carl", PASSWORD)
    page = visit.page
    page.goto(f"{address}cameras/platform-1/places")
    page.locator("#names", has_text="Draw the first one").wait_for()
    page.locator("#rule-kind").select_option("intrusion")
    page.locator("[data-do=rule]").click()
    page.locator("#advice", has_text="needs a zone: draw one first").wait_for()
    assert page.locator("#rule-list details").count() == 0


def test_the_picture_behind_a_drawing_is_kept_fresh(browser: Any, stage: ConsoleStage, address: str) -> None:
    stage.account("carl", "engineer")
    visit = Visit(browser)
    visit.log_in(address, "carl", PASSWORD)
    page = visit.page
    page.goto(f"{address}cameras/platform-1/places")
    page.locator("#canvas image[href^='blob:']").wait_for(state="attached")
    first = page.locator("#canvas image").get_attribute("href")
    stage.live.pictures["platform-1"] = LivePicture(jpeg(an_image(wh=(320, 180))), 2, 0.2)
    page.locator(f"#canvas image:not([href='{first}'])").wait_for(state="attached")
    assert visit.complaints == []

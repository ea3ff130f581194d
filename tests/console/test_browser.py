"""The jobs of an operator in Chromium, against the real console and a real store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from passerby.console.ports import GridLine, LearnedTrial
from passerby.console.rendering import NAVIGATION
from passerby.console.server import WebServer
from passerby.contracts.events import Measure, Severity
from passerby.contracts.live import LivePicture
from passerby.contracts.settings import ConsoleSettings
from passerby.evidence.still import jpeg
from passerby.store import accounts, handling
from passerby.store.shelves import Shelves
from support.alarmed import INTRUSION, raise_alarm
from support.axe import serious_findings
from support.browsers import Visit, browsing
from support.consoles import PASSWORD, ConsoleStage
from support.redacted import an_image
from support.waiting import until

pytestmark = pytest.mark.slow
CAMERA = "/cameras/platform-1"
PAGES = ("/alarms/track", "/account", CAMERA, f"{CAMERA}/places", f"{CAMERA}/floor", "/add-camera", "/nothing")
ACCESSIBLE = (Path(__file__).parents[1] / "support" / "accessibility.js").read_text()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing() as made:
        yield made


@pytest.fixture
def address(stage: ConsoleStage) -> Iterator[str]:
    """The address of the console, with an operator, two alarms and live pictures of one camera."""
    stage.account("anna", "operator")
    stage.account("boris", "operator")
    raise_alarm(stage.store, stage.folder, "fast")
    raise_alarm(
        *(stage.store, stage.folder, "track", "intrusion"),
        priority=Severity.ALARM,
        place="track",
        measures=INTRUSION,
        ago_s=12,
    )
    stage.live.pictures["platform-1"] = LivePicture(jpeg(an_image(wh=(320, 180))), 1, 0.2)
    with WebServer(stage.app, ConsoleSettings(), port=0) as server:
        yield server.address
        stage.app.state.services.feed.close()


def acts(stage: ConsoleStage, alarm: str) -> list[str]:
    with stage.store.reading() as connection:
        return [act.act for act in handling.of_alarms(connection, [alarm]).get(alarm, handling.Handling()).acts]


def test_an_operators_job_with_the_keyboard_alone(browser: Any, stage: ConsoleStage, address: str) -> None:
    visit = Visit(browser)
    visit.log_in(address, "anna", PASSWORD)
    page, keys = visit.page, visit.page.keyboard
    page.locator("figure[data-camera=platform-1]:not(.stale)").wait_for()
    page.locator("figure[data-camera=hall].stale", has_text="no picture yet").wait_for()
    keys.press("j")
    assert page.locator(".alarm.chosen").get_attribute("data-id") == "track"
    keys.press("a")
    until(lambda: acts(stage, "track") == ["acknowledged"])
    page.locator(".alarm.seen[data-id=track]").wait_for()
    page.locator(".alarm.chosen[data-id=track]").wait_for()  # the choice stays though the order changes
    keys.press("k")
    keys.press("Enter")
    page.locator("#alarm[data-id=fast]").wait_for()
    visit.wait_for_keys()
    keys.press("u")
    until(lambda: acts(stage, "fast") == ["useful"])
    keys.press("s")
    page.locator("#ask-note:focus").wait_for()
    keys.type("sun on the lens")
    keys.press("Control+Enter")
    until(lambda: "shelved" in acts(stage, "fast"))
    assert [shelf.reason for shelf in Shelves(stage.folder)()] == ["sun on the lens"]
    page.locator("dialog#ask:not([open])").wait_for(state="attached")
    keys.press("h")
    page.locator("#ask-note:focus").wait_for()
    keys.type("look at gate 3")
    keys.press("Control+Enter")
    page.locator("#timeline + ol", has_text="look at gate 3").wait_for()
    keys.press("b")
    page.locator(".alarm[data-id=fast] .state", has_text="shelved").wait_for()
    visit.wait_for_keys()
    keys.press("?")
    page.locator("dialog#keys[open]").wait_for()
    keys.press("Escape")
    assert visit.complaints == []
    assert visit.hosts == {address.split("/")[2]}


def test_a_reason_is_asked_for_and_a_refusal_is_shown(browser: Any, stage: ConsoleStage, address: str) -> None:
    visit = Visit(browser)
    visit.log_in(address, "anna", PASSWORD)
    visit.page.keyboard.press("j")
    visit.page.keyboard.press("r")
    visit.page.locator("#ask-note:focus").wait_for()
    visit.page.keyboard.type("   ")
    visit.page.keyboard.press("Control+Enter")
    visit.page.locator("#ask-error", has_text="give a reason").wait_for()
    visit.page.keyboard.press("Escape")
    assert acts(stage, "track") == []


def test_two_operators_see_what_the_other_does(browser: Any, stage: ConsoleStage, address: str) -> None:
    anna, boris = Visit(browser), Visit(browser)
    anna.log_in(address, "anna", PASSWORD)
    boris.log_in(address, "boris", PASSWORD)
    anna.page.keyboard.press("j")
    anna.page.keyboard.press("a")
    boris.page.locator(".alarm[data-id=track]", has_text="acknowledged by anna").wait_for()
    dwell = (Measure("dwell", 310.0, "s"),)
    raise_alarm(stage.store, stage.folder, "stay", "loitering", camera="hall", measures=dwell)
    for visit in (anna, boris):
        visit.page.locator(".alarm[data-id=stay]", has_text=re.compile("1 person there for 310")).wait_for()
        assert visit.page.title().startswith("(2)")


def test_a_lost_connection_is_shown_and_recovers(browser: Any, stage: ConsoleStage) -> None:
    stage.account("anna", "operator")
    feed = stage.app.state.services.feed
    visit = Visit(browser)
    with WebServer(stage.app, ConsoleSettings(), port=0) as server:
        visit.log_in(server.address, "anna", PASSWORD)
        feed.close()
    visit.page.locator("#connection[data-state=lost]", has_text="may be old").wait_for()
    raise_alarm(stage.store, stage.folder, "meanwhile")
    feed._is_closed = False
    with WebServer(stage.app, ConsoleSettings(), port=server.port):
        visit.page.locator("#connection[data-state=live]").wait_for()
        visit.page.locator(".alarm[data-id=meanwhile]").wait_for()
        feed.close()


def test_a_session_that_ended_leads_to_the_login_and_back(browser: Any, stage: ConsoleStage, address: str) -> None:
    visit = Visit(browser)
    visit.log_in(address, "anna", PASSWORD)
    visit.page.goto(f"{address}alarms/track")
    visit.wait_for_keys()
    with stage.store.reading() as connection:
        known = accounts.account(connection, "anna")
    assert known is not None
    stage.store.write(lambda c: accounts.set_password(c, "anna", known.password, "test"))
    stage.app.state.services.sessions._believed.clear()
    visit.page.keyboard.press("a")
    visit.page.wait_for_url("**/login?after=%2Falarms%2Ftrack")
    visit.fill_in_login("anna", PASSWORD)
    visit.page.locator("#alarm[data-id=track]").wait_for()
    assert acts(stage, "track") == []


def test_a_viewer_cannot_act_or_see_pictures(browser: Any, stage: ConsoleStage, address: str) -> None:
    stage.account("vera", "viewer")
    visit = Visit(browser)
    visit.log_in(address, "vera", PASSWORD)
    page = visit.page
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.press("r")
    assert page.locator("dialog[open]").count() == 0
    assert page.locator("main img").count() == 0
    page.keyboard.press("Enter")
    page.locator("#alarm", has_text="Your role does not include pictures").wait_for()
    page.goto(f"{address}alarms/track/still")
    page.locator("h1", has_text="Forbidden").wait_for()
    assert acts(stage, "track") == []


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["desk", "phone"])
def test_pages_can_be_read_by_everybody(
    browser: Any, stage: ConsoleStage, address: str, colours: str, size: tuple[int, int]
) -> None:
    visit = Visit(browser, color_scheme=colours, viewport={"width": size[0], "height": size[1]})
    stage.account("ada", "admin")
    visit.page.goto(f"{address}login")
    faults = {"/login": visit.page.evaluate(ACCESSIBLE)}
    visit.log_in(address, "ada", PASSWORD)
    stage.store.write(lambda c: handling.add(c, "fast", "useful", "anna (console)"))
    for path in (*(path for path, _, _ in NAVIGATION), *PAGES):
        visit.page.goto(address + path[1:])
        visit.page.wait_for_load_state("load")
        faults[path] = visit.page.evaluate(ACCESSIBLE) + serious_findings(visit.page)
    assert {name: found for name, found in faults.items() if found} == {}


def test_the_checks_of_accessibility_see_what_they_should(browser: Any) -> None:
    page = Visit(browser).page
    page.set_content("<p style='color: #bbb'>pale</p><img src='x'><button></button><input><main></main>")
    found = " ".join(page.evaluate(ACCESSIBLE))
    for words in ("contrast 1.9", "no alternative text", "no label", "no language", "not one h1"):
        assert words in found
    assert any(one.startswith("color-contrast") for one in serious_findings(page))


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

"""The jobs of an operator in Chromium, against the real console and a real store."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from passerby.console.server import WebServer
from passerby.contracts.events import EvidenceFile, Measure
from passerby.contracts.live import LivePicture
from passerby.contracts.settings import ConsoleSettings
from passerby.evals.ports import free_port
from passerby.evidence.still import jpeg
from passerby.store import accounts, handling
from passerby.store.shelves import Shelves
from support.alarmed import raise_alarm
from support.browsers import Visit
from support.consoles import PASSWORD, ConsoleStage
from support.figures import film
from support.redacted import an_image
from support.stage import CAST, SECONDS
from support.stored import FLOW, ZONE
from support.waiting import until

pytestmark = pytest.mark.slow


def acts(stage: ConsoleStage, alarm: str) -> list[str]:
    with stage.store.reading() as connection:
        return [act.act for act in handling.of_alarms(connection, [alarm]).get(alarm, handling.Handling()).acts]


def test_an_operators_job_with_the_keyboard_alone(browser: Any, stage: ConsoleStage, address: str) -> None:
    visit = Visit(browser)
    visit.log_in(address, "anna", PASSWORD)
    page, keys = visit.page, visit.page.keyboard
    page.locator("figure[data-camera=platform-1]:not(.stale)").wait_for()
    page.locator("figure[data-camera=hall].stale.waiting", has_text="no picture yet").wait_for()
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


def test_an_older_list_of_alarms_replaces_no_newer_one(browser: Any, stage: ConsoleStage, address: str) -> None:
    visit, requests, held = Visit(browser), list[str](), list[Any]()
    visit.log_in(address, "anna", PASSWORD)

    def hold_the_first(route: Any) -> None:
        requests.append(route.request.url)
        if len(requests) > 1:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    visit.page.route("**/now/alarms*", hold_the_first)
    raise_alarm(stage.store, stage.folder, "one")
    until(lambda: held != [] or visit.page.wait_for_timeout(50))
    raise_alarm(stage.store, stage.folder, "two")
    visit.page.wait_for_timeout(1000)
    assert len(requests) == 1, "the next request waits for the answer"
    route, answer = held[0]
    route.fulfill(response=answer)
    visit.page.locator(".alarm[data-id=two]").wait_for()


def test_a_tile_takes_the_next_picture_and_marks_an_old_one(
    browser: Any, stage: ConsoleStage, address: str
) -> None:
    visit = Visit(browser)
    visit.log_in(address, "anna", PASSWORD)
    tile = visit.page.locator("figure[data-camera=platform-1]:not(.stale) img[src]")
    tile.wait_for()
    first = tile.get_attribute("src")
    stage.live.pictures["platform-1"] = LivePicture(jpeg(an_image(wh=(320, 180))), 2, 0.3)
    until(lambda: tile.get_attribute("src") != first)
    stage.live.pictures["platform-1"] = LivePicture(b"", 2, 7.0)
    visit.page.locator("figure[data-camera=platform-1].stale", has_text="picture is 7 s old").wait_for()
    assert visit.complaints == []


def test_the_sound_is_off_until_a_person_wants_it(browser: Any, stage: ConsoleStage, address: str) -> None:
    visit = Visit(browser)
    visit.log_in(address, "anna", PASSWORD)
    sound = visit.page.locator("#sound")
    assert (sound.get_attribute("aria-pressed"), sound.inner_text()) == ("false", "Sound off")
    sound.click()
    assert (sound.get_attribute("aria-pressed"), sound.inner_text()) == ("true", "Sound on")


def test_the_space_bar_plays_and_pauses_the_clip(browser: Any, stage: ConsoleStage, address: str) -> None:
    (stage.folder / "clips").mkdir()
    clip = film(stage.folder / "clips" / "fast.mp4", CAST, SECONDS)
    size = clip.stat().st_size
    stage.store.write_records(
        [EvidenceFile("clips/fast.mp4", "fast", "platform-1", "clip", "ab", size, 1.0, None)]
    )
    visit = Visit(browser)
    visit.log_in(address, "anna", PASSWORD)
    visit.page.goto(f"{address}alarms/fast")
    visit.wait_for_keys()
    for is_paused in ("false", "true"):
        visit.page.keyboard.press(" ")
        visit.page.wait_for_function(f"document.querySelector('video').paused === {is_paused}")
    assert visit.complaints == []
    visit.page.goto("about:blank")  # ends the transfer of the clip before the server ends


def test_a_day_is_printed_without_the_controls(browser: Any, stage: ConsoleStage, address: str) -> None:
    stage.store.write_records([ZONE, replace(FLOW, utc="2026-03-01T07:45:00.000Z")])
    visit = Visit(browser)
    visit.log_in(address, "anna", PASSWORD)
    visit.page.goto(f"{address}flow?camera=platform-1&day=2026-03-01")
    visit.page.emulate_media(media="print")
    assert visit.page.locator(".chart").first.is_visible()
    assert visit.page.locator("h1", has_text="platform-1").is_visible()
    for control in (".bar", ".choose", "footer"):
        assert not visit.page.locator(control).first.is_visible(), control


def test_a_lost_connection_is_shown_and_recovers(browser: Any, stage: ConsoleStage) -> None:
    stage.account("anna", "operator")
    feed = stage.app.state.services.feed
    visit = Visit(browser)
    with WebServer(stage.app, ConsoleSettings(), port=free_port()) as server:
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

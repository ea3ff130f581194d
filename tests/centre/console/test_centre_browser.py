"""The job of an operator of a control room in Chromium, against the real pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerby.centre.console.app import NAVIGATION
from passerby.console.server import WebServer
from passerby.contracts.events import Severity
from passerby.contracts.settings import ConsoleSettings
from passerby.evidence.still import jpeg
from support.axe import serious_findings
from support.browsers import Visit, browsing
from support.centres import PASSWORD, CentreStage, reported_alarm, reported_unit
from support.redacted import an_image

pytestmark = pytest.mark.slow
ACCESSIBLE = (Path(__file__).parents[2] / "support" / "accessibility.js").read_text()


def test_the_job_of_an_operator_of_a_control_room(room: CentreStage) -> None:
    """Alarms of all stations, live; filters; a look at the pictures; an incident opened to the fire brigade."""
    room.account("anna", "admin", "traffic_centre", "*")
    room.account("brigade", "operator", "emergency_services")
    room.pictures.body = jpeg(an_image(wh=(320, 180)))
    room.reported.all_units[2] = reported_unit("Harbour", ago_s=3600)
    with browsing() as browser, WebServer(room.app, ConsoleSettings(), port=0) as server:
        visit, guest = Visit(browser), Visit(browser)
        visit.log_in(server.address, "anna", PASSWORD)
        page, keys = visit.page, visit.page.keyboard
        page.locator("#state .unwell", has_text="Harbour").wait_for()
        assert page.locator(".alarm").first.get_attribute("data-id") == "mill"
        keys.press("j")
        keys.press("a")
        page.locator(".alarm.seen[data-id=mill]").wait_for()
        page.locator("[name=line]").select_option("blue")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**line=blue**")
        visit.wait_for_keys()
        room.reported.all_alarms += [
            reported_alarm("wet", "Harbour", Severity.ALARM),
            reported_alarm("dry", "Mill"),
        ]
        room.reported.number += 1
        page.locator(".alarm[data-id=wet]").wait_for()
        assert page.locator(".alarm[data-id=dry]").count() == 0
        page.locator(".alarm[data-id=wet] a.open").click()
        page.wait_for_url("**/alarms/wet")
        visit.wait_for_keys()
        page.locator("#grant-reason").fill("smoke on the track")
        page.get_by_role("button", name="Open", exact=True).click()
        page.get_by_text("brigade may see this incident until").wait_for()
        guest.log_in(server.address, "brigade", PASSWORD)
        guest.page.locator(".alarm[data-id=wet] a.open").click()
        guest.page.get_by_text("Ask the unit for the pictures").click()
        guest.page.locator("video#clip").wait_for()
        assert guest.page.get_by_role("button", name="Acknowledge").count() == 0
        faults = {}
        for path in (*(path for path, _, _ in NAVIGATION), "/alarms/wet", "/nothing"):
            page.goto(server.address + path[1:])
            page.wait_for_load_state("load")
            faults[path] = page.evaluate(ACCESSIBLE) + serious_findings(page)
        room.app.state.services.feed.close()
    assert {path: found for path, found in faults.items() if found} == {}
    assert visit.hosts == guest.hosts == {server.address.split("/")[2]}
    assert [one.kind for one in room.pictures.asked if one.kind == "still"] != []

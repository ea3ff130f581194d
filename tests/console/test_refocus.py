"""The lens on the page of a camera."""

from __future__ import annotations

import pytest

from passerby.contracts.focus import FocusReport
from passerby.store import audit
from support.consoles import ConsoleStage

PAGE = {"accept": "text/html"}
CURVE = ((0.1, 0.4), (0.4, 0.9), (0.8, 0.5))
REPORT = FocusReport("on request", 0.1, 0.4, 0.4, 0.9, True, 5, CURVE)


def test_focus_now_is_asked_for_and_audited(stage: ConsoleStage) -> None:
    browser = stage.logged_in("engineer")
    assert browser.post("/cameras/hall/focus").status_code == 303
    assert stage.control.refocused == ["hall"]
    with stage.store.reading() as connection:
        entry = audit.newest(connection, None, 1)[0].entry
    assert (entry.act, entry.what, entry.detail) == ("requested", "hall", "focus")
    stage.control.problems = ["camera hall has an open alarm; its lens is moved only without one"]
    refused = browser.post("/cameras/hall/focus")
    assert (refused.status_code, refused.json()["detail"]) == (400, stage.control.problems[0])


@pytest.mark.parametrize(
    ("report", "says", "circles"),
    [
        (None, "was not moved", 0),
        ("the login was refused", "The last refocus failed: the login was refused", 0),
        (REPORT, "a sharper position was found; sharpness 0.4, now 0.9, after 5 measurements", 3),
    ],
)
def test_the_last_refocus_is_shown(
    stage: ConsoleStage, report: FocusReport | str | None, says: str, circles: int
) -> None:
    stage.status.settings["onvif"] = {"address": "http://me:s3cret@10.0.0.7/onvif"}
    if report is not None:
        stage.status.lenses["hall"] = report
    page = stage.logged_in("engineer").get("/cameras/hall", headers=PAGE).text
    assert says in page
    assert page.count("<circle") == circles
    assert "Focus now" in page
    assert "s3cret" not in page


def test_a_camera_without_a_lens_has_no_such_part(stage: ConsoleStage) -> None:
    assert "Focus now" not in stage.logged_in("engineer").get("/cameras/hall", headers=PAGE).text

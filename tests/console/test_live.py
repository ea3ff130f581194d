from __future__ import annotations

import json

import pytest

from passerby.console.live import MOST_TILES
from passerby.console.viewers import GONE_AFTER_S, MOST_VIEWERS, Viewers
from passerby.contracts.live import LivePicture
from passerby.store import audit
from support.consoles import ConsoleStage
from support.forms import form_of


def test_the_newest_picture_with_its_age(stage: ConsoleStage) -> None:
    browser = stage.logged_in("operator")
    assert browser.get("/live/hall").status_code == 204
    stage.live.pictures["hall"] = LivePicture(b"jpeg", 7, 2.5)
    answer = browser.get("/live/hall")
    assert (answer.content, answer.headers["content-type"]) == (b"jpeg", "image/jpeg")
    assert answer.headers["x-age-s"] == "2.5"
    again = browser.get("/live/hall", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.headers["x-age-s"]) == (304, "2.5")
    assert browser.get("/live/unknown").status_code == 404
    with stage.store.reading() as connection:
        looked = [row.entry.what for row in audit.rows(connection) if row.entry.act == "looked"]
    assert looked == ["live hall"]


def test_all_tiles_of_a_page_in_one_answer(stage: ConsoleStage) -> None:
    browser = stage.logged_in("operator")
    stage.live.pictures["hall"] = LivePicture(b"\xff\xd8 hall", 7, 2.5)
    form = form_of(browser.get("/live", params={"tile": [":hall", ":platform-1", ":unknown", "7:hall"]}))
    assert json.loads(form.pop("tiles")[1]) == [
        {"status": 200, "number": 7, "age_s": 2.5},
        {"status": 204},
        {"status": 404},
        {"status": 304, "number": 7, "age_s": 2.5},
    ]
    assert form == {"0": ("image/jpeg", b"\xff\xd8 hall")}
    with stage.store.reading() as connection:
        looked = [row.entry.what for row in audit.rows(connection) if row.entry.act == "looked"]
    assert sorted(looked) == ["live hall", "live platform-1"]


@pytest.mark.parametrize("tile", [[], ["hall"], [":hall"] * (MOST_TILES + 1)])
def test_a_request_for_tiles_is_bounded_and_has_their_form(stage: ConsoleStage, tile: list[str]) -> None:
    assert stage.logged_in("operator").get("/live", params={"tile": tile}).status_code == 422


def test_the_number_of_viewers_is_bounded(stage: ConsoleStage) -> None:
    stage.live.pictures["hall"] = LivePicture(b"jpeg", 7, 0.1)
    for number in range(MOST_VIEWERS):
        assert stage.app.state.services.viewers.admit(f"session {number}")
    browser = stage.logged_in("operator")
    for answer in (browser.get("/live/hall"), browser.get("/live?tile=:hall")):
        assert (answer.status_code, "too many people" in answer.text) == (503, True)


def test_a_viewer_who_left_makes_room() -> None:
    now_s = 0.0
    viewers = Viewers(lambda: now_s)
    assert all(viewers.admit(str(n)) for n in range(MOST_VIEWERS))
    assert not viewers.admit("one more")
    assert viewers.admit("0")
    now_s = GONE_AFTER_S + 0.1
    assert viewers.admit("one more")

from __future__ import annotations

from passerby.console.viewers import GONE_AFTER_S, MOST_VIEWERS, Viewers
from passerby.contracts.live import LivePicture
from passerby.store import audit
from support.consoles import ConsoleStage


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


def test_the_number_of_viewers_is_bounded(stage: ConsoleStage) -> None:
    stage.live.pictures["hall"] = LivePicture(b"jpeg", 7, 0.1)
    for number in range(MOST_VIEWERS):
        assert stage.app.state.services.viewers.admit(f"session {number}")
    answer = stage.logged_in("operator").get("/live/hall")
    assert (answer.status_code, "too many people" in answer.text) == (503, True)


def test_a_viewer_who_left_makes_room() -> None:
    now_s = 0.0
    viewers = Viewers(lambda: now_s)
    assert all(viewers.admit(str(n)) for n in range(MOST_VIEWERS))
    assert not viewers.admit("one more")
    assert viewers.admit("0")
    now_s = GONE_AFTER_S + 0.1
    assert viewers.admit("one more")

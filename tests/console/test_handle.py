from __future__ import annotations

from passerby.store import audit
from passerby.store.shelves import Shelves
from support.alarmed import raise_alarm
from support.consoles import ConsoleStage


def log(stage: ConsoleStage) -> list[tuple[str, str, str, str]]:
    with stage.store.reading() as connection:
        rows = [row.entry for row in audit.rows(connection)]
    return [(e.act, e.actor, e.what, e.detail) for e in rows if not e.act.startswith(("log", "account"))]


def test_every_act_is_stored_with_who_did_it(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a")
    browser = stage.logged_in("operator", "anna")
    for act, note in [
        ("acknowledged", ""),
        ("useful", ""),
        ("handed_over", "call the driver"),
        ("resolved", "she got on the train"),
    ]:
        assert browser.post("/alarms/a/acts", data={"act": act, "note": note}).status_code == 204
    assert log(stage) == [
        ("acknowledged", "anna (console)", "a", ""),
        ("rated", "anna (console)", "a", "useful: "),
        ("handed over", "anna (console)", "a", "call the driver"),
        ("resolved", "anna (console)", "a", "she got on the train"),
    ]
    page = browser.get("/alarms/a").text
    assert "call the driver" in page
    assert "resolved" in page
    assert "100 %" in browser.get("/alarms").text


def test_two_operators_see_each_others_acts(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a")
    anna, boris = stage.logged_in("operator", "anna"), stage.logged_in("operator", "boris")
    anna.post("/alarms/a/acts", data={"act": "acknowledged"})
    assert "acknowledged by anna" in boris.get("/").text


def test_shelving_is_what_the_unit_reads(stage: ConsoleStage) -> None:
    alarm = raise_alarm(stage.store, stage.folder, "a")
    browser = stage.logged_in("operator", "anna")
    wanted = {"act": "shelved", "note": "sun on the lens", "minutes": "60"}
    assert browser.post("/alarms/a/acts", data=wanted).status_code == 204
    (shelf,) = Shelves(stage.folder)()
    assert shelf.covers(alarm.camera, alarm.kind, alarm.place, alarm.utc or "")
    assert (shelf.reason, shelf.by) == ("sun on the lens", "anna (console)")
    assert 'class="state">shelved' in browser.get("/").text
    ((act, _, _, detail),) = log(stage)
    assert act == "shelved"
    assert detail.endswith(": sun on the lens")


def test_a_whole_camera_is_shelved_while_it_is_repaired_and_put_back(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a")
    raise_alarm(stage.store, stage.folder, "many", "flood", camera="", place="")
    browser = stage.logged_in("operator", "anna")
    wanted = {"act": "shelved", "note": "new lens", "minutes": "60", "whole_camera": "true"}
    assert "not about one camera" in browser.post("/alarms/many/acts", data=wanted).text
    assert browser.post("/alarms/a/acts", data=wanted).status_code == 204
    (shelf,) = Shelves(stage.folder)()
    assert (shelf.camera, shelf.kind, shelf.place) == ("platform-1", "", "")
    page = browser.get("/").text
    assert "All alarms: platform-1" in page
    assert "new lens" in page
    assert browser.post("/shelves/end", data={"camera": "platform-1"}).status_code == 204
    assert "All alarms: platform-1" not in browser.get("/").text
    whole, alarm = log(stage)[-2:]
    assert whole[:3] == ("unshelved", "anna (console)", "camera platform-1")
    assert alarm[:3] == ("unshelved", "anna (console)", "a")
    again = browser.post("/shelves/end", data={"camera": "platform-1"})
    assert (again.status_code, "no shelved alarms match camera platform-1" in again.text) == (400, True)
    assert [act for act, *_ in log(stage)].count("unshelved") == 2


def test_what_is_refused_and_leaves_no_trace(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a")
    browser = stage.logged_in("operator")
    for data, status, says in [
        ({"act": "resolved"}, 400, "give a reason"),
        ({"act": "resolved", "note": "   "}, 400, "give a reason"),
        ({"act": "handed_over"}, 400, "give a note"),
        ({"act": "shelved", "note": "x", "minutes": "99999"}, 400, "1 minute to 24 hours"),
        ({"act": "deleted"}, 400, "deleted is no act"),
        ({"act": "resolved", "note": "x" * 1001}, 422, "note"),
        ({"act": "shelved", "note": "x", "minutes": "soon"}, 422, "minutes"),
        ({}, 422, "act"),
    ]:
        answer = browser.post("/alarms/a/acts", data=data)
        assert (answer.status_code, says in answer.json()["detail"]) == (status, True), answer.text
    assert browser.post("/alarms/b/acts", data={"act": "acknowledged"}).status_code == 404
    assert log(stage) == []
    assert Shelves(stage.folder)() == ()


def test_a_camera_is_under_maintenance_until_an_end_time(stage: ConsoleStage) -> None:
    browser = stage.logged_in()
    path = "/cameras/platform-1/maintenance"
    assert browser.post(path, data={"hours": "4", "reason": " "}).status_code == 400
    assert browser.post(path, data={"hours": "25", "reason": "new lens"}).status_code == 422
    assert browser.post("/cameras/none/maintenance", data={"hours": "4", "reason": "x"}).status_code == 404
    assert browser.post(path, data={"hours": "4", "reason": "new lens"}).status_code == 303
    (shelf,) = Shelves(stage.folder)()
    assert (shelf.camera, shelf.kind, shelf.reason) == ("platform-1", "", "new lens")
    assert "its alarms are shelved until" in browser.get("/cameras/platform-1").text
    assert "its alarms are shelved until" not in browser.get("/cameras/hall").text
    browser.post("/shelves/end", data={"camera": "platform-1"})
    assert "its alarms are shelved until" not in browser.get("/cameras/platform-1").text

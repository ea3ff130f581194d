from __future__ import annotations

from passerby.contracts.escalation import Escalation
from passerby.store import escalations
from support.alarmed import raise_alarm
from support.consoles import ConsoleStage

SETTINGS = Escalation.model_validate(
    {
        "recipients": ({"kind": "webhook", "name": "centre", "url": "https://centre.example/in"},),
        "console_url": "https://console.example/",
    }
)


def test_a_person_informs_a_recipient_and_sees_that_it_arrived(stage: ConsoleStage) -> None:
    stage.status.escalation = SETTINGS
    raise_alarm(stage.store, stage.folder, "fast")
    browser = stage.logged_in(name="anna")
    assert "<option>centre</option>" in browser.get("/alarms/fast").text
    given = {"act": "escalated", "recipient": "centre", "note": "look at gate 3"}
    assert browser.post("/alarms/fast/acts", data=given).status_code == 204
    with stage.store.reading() as connection:
        (queued,) = escalations.waiting(connection)
    message = queued.message
    assert (message.title, message.by, message.note) == ("Fast movement", "anna", "look at gate 3")
    assert message.reason == "Moving 3.1 ± 0.1\u202fm/s, over 6\u202fm in platform"
    assert message.link == "https://console.example/alarms/fast"
    assert "centre: look at gate 3" in browser.get("/alarms/fast").text
    stage.store.write(lambda c: escalations.failed(c, queued.row, "answered 503", None))
    assert "is tried again: answered 503" in browser.get("/alarms/fast").text
    stage.store.write(lambda c: escalations.sent(c, queued.row, queued.made_ms))
    assert "Message to centre delivered" in browser.get("/alarms/fast").text


def test_a_recipient_that_is_not_configured_is_refused(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "fast")
    browser = stage.logged_in()
    answer = browser.post("/alarms/fast/acts", data={"act": "escalated", "recipient": "centre"})
    assert (answer.status_code, answer.json()["detail"]) == (400, "there is no such recipient; there are: none")
    stage.status.escalation = SETTINGS
    assert browser.post("/alarms/none/acts", data={"act": "escalated", "recipient": "centre"}).status_code == 404
    with stage.store.reading() as connection:
        assert escalations.waiting(connection) == []


def test_programs_escalate_through_the_same_queue(stage: ConsoleStage) -> None:
    stage.status.escalation = SETTINGS
    raise_alarm(stage.store, stage.folder, "fast")
    answer = stage.program("handle").post(
        "/api/v1/alarms/fast/acts", json={"act": "escalated", "recipient": "centre"}
    )
    assert answer.json()["acts"][0]["note"] == "centre"

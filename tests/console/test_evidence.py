from __future__ import annotations

import pytest

from passerby.contracts.events import EvidenceFile
from passerby.store import audit, evidence
from support.alarmed import raise_alarm
from support.consoles import ConsoleStage


def looks(stage: ConsoleStage) -> list[tuple[str, str]]:
    with stage.store.reading() as connection:
        return [(r.entry.actor, r.entry.what) for r in audit.rows(connection) if r.entry.act == "looked"]


def a_file(path: str, kind: str) -> EvidenceFile:
    return EvidenceFile(path, "a", "platform-1", kind, "ab", 4, 1.0, None)  # type: ignore[arg-type]


def test_a_still_is_shown_and_each_person_who_looks_is_in_the_log_once(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a")
    anna, boris = stage.logged_in("operator", "anna"), stage.logged_in("privacy_officer", "boris")
    for browser in (anna, anna, boris):
        answer = browser.get("/alarms/a/still")
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.content == (stage.folder / "stills" / "a.jpg").read_bytes()
    assert looks(stage) == [("anna (console)", "stills/a.jpg"), ("boris (console)", "stills/a.jpg")]


def test_a_clip_can_be_read_in_parts(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a")
    (stage.folder / "clips").mkdir()
    (stage.folder / "clips" / "a.mp4").write_bytes(b"0123456789")
    stage.store.write_records([a_file("clips/a.mp4", "clip")])
    answer = stage.logged_in("operator").get("/alarms/a/clip", headers={"range": "bytes=2-4"})
    assert (answer.status_code, answer.content) == (206, b"234")
    assert "<video" in stage.logged_in("operator").get("/alarms/a").text


def test_what_is_not_there_any_more_says_why(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a")
    browser = stage.logged_in("operator")
    assert browser.get("/alarms/a/clip").status_code == 404
    assert browser.get("/alarms/nothing/still").status_code == 404
    stage.store.write(lambda c: evidence.mark_gone(c, ["stills/a.jpg"], "older than 72 h", 1))
    answer = browser.get("/alarms/a/still")
    assert (answer.status_code, "older than 72 h" in answer.text) == (410, True)
    assert "older than 72 h" in browser.get("/alarms/a").text


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/hostname", "stills/../../secret.txt"])
def test_a_record_cannot_lead_out_of_the_folder(stage: ConsoleStage, path: str) -> None:
    (stage.folder.parent / "secret.txt").write_text("secret")
    raise_alarm(stage.store, stage.folder, "a", still=False)
    stage.store.write_records([a_file(path, "still")])
    answer = stage.logged_in("operator").get("/alarms/a/still")
    assert answer.status_code == 404
    assert "secret" not in answer.text

from __future__ import annotations

import re
from pathlib import Path

from passerby.console.alarm_list import local_time
from passerby.contracts.events import EvidenceFile
from passerby.contracts.settings import ConsoleSettings
from passerby.store import handling
from support.alarmed import raise_alarm
from support.consoles import ConsoleStage, console_stage


def test_the_link_to_the_recording_has_camera_and_time(tmp_path: Path) -> None:
    settings = ConsoleSettings(recording_link="https://vms.example/play?camera={camera}&at={utc}")
    with console_stage(tmp_path, settings) as stage:
        alarm = raise_alarm(stage.store, stage.folder, "a", camera='hall "2" & co')
        assert alarm.utc is not None
        page = stage.logged_in("operator").get("/alarms/a").text
        at = alarm.utc.replace(":", "%3A")
        assert f'href="https://vms.example/play?camera=hall%20%222%22%20%26%20co&amp;at={at}"' in page
        assert "vms.example" not in stage.logged_in("viewer").get("/alarms/a").text
        raise_alarm(stage.store, stage.folder, "many", "flood", camera="", place="")
        assert "vms.example" not in stage.logged_in("operator").get("/alarms/many").text


def test_without_the_setting_there_is_no_link(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a")
    assert "Open the recording" not in stage.logged_in("operator").get("/alarms/a").text


def test_an_alarm_that_is_not_there(stage: ConsoleStage) -> None:
    answer = stage.logged_in("operator").get("/alarms/nothing", headers={"accept": "text/html"})
    assert (answer.status_code, "There is no such alarm" in answer.text) == (404, True)


def test_a_picture_that_the_disk_refused_is_not_shown(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a")
    browser = stage.logged_in("operator")
    assert 'class="evidence"' in browser.get("/alarms/a").text
    (stage.folder / "stills" / "a.jpg").unlink()
    page = browser.get("/alarms/a").text
    assert 'class="evidence"' not in page
    assert "There is no picture of this alarm." in page


def test_a_picture_older_than_its_alarm_is_shown_with_its_own_time(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a", "camera_lost", measures=())
    older = EvidenceFile("stills/a.jpg", "a", "platform-1", "still", "ab", utc="2026-03-01T07:45:04.000Z")
    assert stage.store.write_records([older]) == []
    page = stage.logged_in("operator").get("/alarms/a").text
    assert f"picture taken</th><td>{local_time(older.utc, 'UTC')} (UTC)" in page
    assert "picture taken" not in stage.logged_in("viewer").get("/alarms/a").text


def test_the_share_of_useful_alarms_of_each_kind_and_camera(stage: ConsoleStage) -> None:
    ratings = {"a": "useful", "b": "not_useful", "c": "useful"}
    for name, rating in ratings.items():
        raise_alarm(stage.store, stage.folder, name, camera="hall" if name == "c" else "platform-1")
        stage.store.write(lambda c, name=name, rating=rating: handling.add(c, name, rating, "anna (console)"))
    raise_alarm(stage.store, stage.folder, "unrated")
    page = stage.logged_in("viewer").get("/alarms").text
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page)
    figures = [re.sub(r"<[^>]+>", " ", row).split() for row in rows]
    assert [figures[0][-5:], figures[1][-5:]] == [
        ["hall", "1", "1", "100", "%"],
        ["platform-1", "1", "2", "50", "%"],
    ]

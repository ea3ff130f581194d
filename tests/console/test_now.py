from __future__ import annotations

import re

import pytest

from passerby.console import now
from passerby.contracts.alarms import ActName
from passerby.contracts.events import CameraHealth, CameraStatus, Phase, Severity, ZoneSample
from passerby.store import handling
from passerby.store.utc import now_ms, utc_text
from support.alarmed import raise_alarm
from support.consoles import ConsoleStage
from support.stored import an_event


def order(html: str) -> list[str]:
    return re.findall(r'data-id="([^"]+)"', html)


def act(stage: ConsoleStage, alarm: str, name: ActName) -> None:
    stage.store.write(lambda c: handling.add(c, alarm, name, "anna (console)", "a note"))


def test_alarms_are_ranked_by_what_nobody_looked_at_and_priority(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "seen", "intrusion", priority=Severity.ALARM)
    raise_alarm(stage.store, stage.folder, "warning")
    raise_alarm(stage.store, stage.folder, "alarm", "intrusion", priority=Severity.ALARM, place="track")
    raise_alarm(stage.store, stage.folder, "over", ended=True, place="hall")
    raise_alarm(stage.store, stage.folder, "done", place="stairs")
    raise_alarm(stage.store, stage.folder, "old", ended=True, ago_s=25 * 3600)
    act(stage, "seen", "acknowledged")
    act(stage, "done", "resolved")
    html = stage.logged_in("operator").get("/").text
    assert order(html) == ["alarm", "warning", "over", "seen"]
    assert "4 alarms, 3 not acknowledged" in html
    assert "ended, not acknowledged" in html
    assert "acknowledged by anna" in html


def test_an_alarm_without_a_camera_says_what_it_is_about(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a", "store_unavailable", camera="", place="", measures=(), still=False)
    raise_alarm(stage.store, stage.folder, "b", "flood", camera="", place="", still=False)
    html = stage.logged_in("operator").get("/now/alarms").text
    assert "the unit ·" in html
    assert "several cameras ·" in html


def test_without_alarms_the_page_says_so(stage: ConsoleStage) -> None:
    html = stage.logged_in("operator").get("/").text
    assert "No alarms" in html
    assert order(html) == []


def test_an_alarm_that_goes_on_says_so(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a", ago_s=600)
    raise_alarm(stage.store, stage.folder, "b", place="hall", ago_s=300, ended=True)
    lines = re.findall(r"<time[^>]*>([^<]*)</time>", stage.logged_in("operator").get("/now/alarms").text)
    assert re.fullmatch(r"began 10.min.* ago, goes on", lines[0])
    assert re.fullmatch(r"5.min.* ago", lines[1])


def test_a_unit_without_cameras_leads_to_the_first_one(stage: ConsoleStage) -> None:
    stage.status.cameras = ()
    page = stage.logged_in("engineer").get("/").text
    assert "This unit has no camera so far" in page
    assert 'href="/add-camera"' in page
    assert "staff can handle" not in page
    assert 'href="/add-camera"' not in stage.logged_in("operator").get("/").text
    cameras = stage.logged_in("engineer").get("/cameras").text
    assert "<table" not in cameras
    assert "Pictures at a time" not in cameras


def test_a_viewer_sees_no_pictures_and_no_buttons(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a")
    html = stage.logged_in("viewer").get("/").text
    assert order(html) == ["a"]
    assert "/still" not in html
    assert 'data-camera="hall"' not in html
    assert "data-act" not in html


def test_names_of_others_are_text(stage: ConsoleStage) -> None:
    raise_alarm(stage.store, stage.folder, "a", place="<script>alert(1)</script>", camera='"><img src=x>')
    for path in ("/", "/alarms", "/alarms/a"):
        html = stage.logged_in("operator").get(path).text
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_cameras_and_places(stage: ConsoleStage) -> None:
    utc = utc_text(now_ms())
    zone = ZoneSample("platform-1", "platform", 0.0, utc, 60.0, 12.0, 20, 1.9, 5, 4, 1.0, 1.0, "E", None, True)
    stage.store.write_records(
        [
            CameraHealth("platform-1", 0.0, utc, 60.0, CameraStatus.LIVE, 9.8, 0, 0, 41.5, None),
            zone,
            an_event("e9", kind="camera_lost", camera="hall", phase=Phase.START, evidence=None, utc=utc),
        ]
    )
    html = stage.logged_in("viewer").get("/now/state").text
    assert "9.8 pictures per second" in html
    assert re.search(
        r'class="unwell" data-state="down" title="[^"]+"><span class="name">hall</span> <span>Camera lost', html
    )
    assert 'data-state="live"><span class="name">platform-1<' in html
    assert "at least 12" in html
    assert '<tr class="crowded">' in html


def test_a_camera_that_stopped_reporting_is_not_well(stage: ConsoleStage) -> None:
    utc = utc_text(now_ms() - 10 * 60_000)
    stage.store.write_records([CameraHealth("hall", 0.0, utc, 60.0, CameraStatus.LIVE, 9.8, 0, 0, 41.5, None)])
    html = stage.logged_in("viewer").get("/now/state").text
    assert re.search(
        r'class="unwell" data-state="stale" title="[^"]+"><span class="name">hall</span> <span>no report for 10',
        html,
    )


def test_the_budget_of_the_day(stage: ConsoleStage) -> None:
    for number in range(3):
        raise_alarm(stage.store, stage.folder, f"a{number}", place=f"p{number}", ago_s=1)
    html = stage.logged_in("viewer").get("/now/alarms").text
    assert re.search(r'class="budget over">3 today; staff can handle 0\.9 a day', html)


@pytest.mark.parametrize(
    ("concerned", "shown"),
    [
        ([], ["a", "b", "c", "d"]),
        (["e", "c", "e"], ["e", "c", "a", "b"]),
        (["gone"], ["a", "b", "c", "d"]),
    ],
)
def test_tiles_are_of_the_cameras_concerned_first(
    stage: ConsoleStage, concerned: list[str], shown: list[str]
) -> None:
    from passerby.console import alarm_list

    for number, camera in enumerate(concerned):
        raise_alarm(stage.store, stage.folder, f"a{number}", camera=camera, still=False)
    with stage.store.reading() as connection:
        found = alarm_list.listed(connection, ())[::-1]
    assert now.tiles(["a", "b", "c", "d", "e"], found) == shown

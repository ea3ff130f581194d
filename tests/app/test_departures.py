"""Who says when trains leave, and what time a recording begins."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from passerby.adapters.messages import ReceivedDepartures
from passerby.adapters.timetable import Timetable
from passerby.adapters.train_feeds import polling
from passerby.app.departures import departures_of, following_trains, needs_clock, received, recording_clock
from passerby.camera.schedule import WallClock
from passerby.contracts.config import Unit
from passerby.contracts.departures import Departures
from passerby.contracts.errors import ConfigError, UsageError
from passerby.contracts.time import NS_PER_S, Timestamp
from support import stage
from support.clock import FakeClock
from support.feed_server import FeedServer
from support.stage import command
from support.train_feeds import estimated, siri
from support.waiting import until

HTTP = Departures(source="http", tracks=("track 1",))
SCHEDULED = {"kind": "intrusion", "zone": "track", "schedule": {"begins": "23:00", "ends": "05:00"}}


def timetable(folder: Path, text: str = "track,departs\ntrack 1,07:45\n") -> Departures:
    (folder / "t.csv").write_text(text)
    return Departures(source="timetable", file=str(folder / "t.csv"), tracks=("track 1",))


def unit(*reported: Departures | None, **more: Any) -> Unit:
    cameras = tuple(stage.camera(name=f"c{i}", departures=one) for i, one in enumerate(reported))
    return Unit(station="s", cameras=cameras, **more)


def test_without_departures_the_picture_says_it() -> None:
    assert departures_of(stage.camera(), WallClock(), None) is None


def test_a_timetable_goes_by_the_clock_of_the_station(tmp_path: Path) -> None:
    reported = departures_of(
        stage.camera(departures=timetable(tmp_path)), recording_clock("UTC", "2026-03-02T07:44"), None
    )
    assert isinstance(reported, Timetable)
    counts = [reported.merged((), Timestamp(s * NS_PER_S))[0].departures for s in (0, 59, 60, 600)]
    assert counts == [0, 0, 1, 1]


def test_a_timetable_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    wrong = timetable(tmp_path, "track,departs\ntrack 1,quarter to eight\n")
    with pytest.raises(ConfigError, match=r"t\.csv:2: departs: write a track and a time, for example 07:45"):
        departures_of(stage.camera(departures=wrong), WallClock(), None)


def test_messages_are_reported_to_the_cameras_whose_tracks_they_name() -> None:
    both = unit(HTTP, Departures(source="http", tracks=("track 2",)), None)
    messages = received(both, with_console=True)
    assert messages.left("track 2")
    reported = [departures_of(camera, WallClock(), messages) for camera in both.cameras]
    at = Timestamp(0)
    assert [one and [(s.track, s.departures) for s in one.merged((), at)] for one in reported] == [
        [("track 1", 0)],
        [("track 2", 1)],
        None,
    ]
    assert isinstance(reported[0], ReceivedDepartures)


def test_messages_need_a_unit_that_runs() -> None:
    with pytest.raises(UsageError, match="camera platform-1: departures by message need `run`"):
        departures_of(stage.camera(departures=HTTP), WallClock(), None)


def test_messages_need_the_console() -> None:
    assert not received(unit(None), with_console=False).left("track 1")
    with pytest.raises(UsageError, match="run without --no-console, or use a timetable"):
        received(unit(HTTP), with_console=False)


def test_the_port_of_an_older_configuration_is_explained(caplog: pytest.LogCaptureFixture) -> None:
    received(unit(HTTP, departures_port=8700), with_console=True)
    assert "departures_port is not used any more: send departures to the console" in caplog.text


@pytest.mark.parametrize(
    ("timezone", "begins", "utc", "why"),
    [
        ("UTC", "2026-03-01T08:00", "2026-03-01T08:00:00+00:00", "no zone is the station's"),
        ("Europe/Paris", "2026-03-01T08:00", "2026-03-01T07:00:00+00:00", "in winter"),
        ("Europe/Paris", "2026-07-01 08:00:30", "2026-07-01T06:00:30+00:00", "in summer"),
        ("Europe/Paris", "2026-03-01T08:00+05:00", "2026-03-01T03:00:00+00:00", "a zone of its own goes first"),
        ("Europe/Paris", "2026-03-01T08:00Z", "2026-03-01T08:00:00+00:00", "UTC by name"),
        ("UTC", "1969-12-31T23:59:59", "1969-12-31T23:59:59+00:00", "before 1970"),
    ],
)
def test_a_recording_begins_at_a_local_time(timezone: str, begins: str, utc: str, why: str) -> None:
    clock = recording_clock(timezone, begins)
    assert clock.is_set
    local = clock.local(Timestamp(0))
    assert local.isoformat() == local.fromisoformat(utc).astimezone(clock.zone).isoformat(), why
    assert (clock.local(Timestamp(90 * NS_PER_S)) - local).total_seconds() == 90


def test_a_recording_nobody_said_the_beginning_of_has_no_clock() -> None:
    assert not recording_clock("UTC", None).is_set


@pytest.mark.parametrize(
    ("begins", "sentence"),
    [
        (
            "2026-03-29T02:30",
            r"there is no such time in Europe/Paris, where clocks go forward; write a later time",
        ),
        (
            "2026-10-25T02:30",
            r"occurs twice in Europe/Paris, where clocks go back then; write 2026-10-25T02:30:00\+02:00 ",
        ),
        ("2026-10-25T02:30", r"for the first and 2026-10-25T02:30:00\+01:00 for the second"),
        ("0001-01-01T00:00", "--begins 0001-01-01T00:00: write a year from 1900 to 2199"),
        ("9999-12-31T23:59:59", "write a year from 1900 to 2199"),
        ("9999-12-31T23:59:59-12:00", "write a year from 1900 to 2199"),
        ("0001-01-01T00:00+14:00", "write a year from 1900 to 2199"),
    ],
)
def test_a_beginning_that_is_no_moment_is_refused(begins: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        recording_clock("Europe/Paris", begins)


@pytest.mark.parametrize(
    "begins", ["2026-03-29T02:00", "2026-03-29T03:00", "2026-10-25T02:00", "2026-10-25T03:00"]
)
def test_the_edges_of_the_hours_that_clocks_are_changed_over(begins: str) -> None:
    is_odd = begins.endswith("T02:00")
    try:
        clock = recording_clock("Europe/Paris", begins)
    except UsageError:
        assert is_odd
    else:
        assert not is_odd
        assert clock.local(Timestamp(0)).replace(tzinfo=None).isoformat() == f"{begins}:00"


@pytest.mark.parametrize("begins", ["", "eight", "08:00", "2026-02-30T08:00"])
def test_a_beginning_that_is_no_time_is_refused(begins: str) -> None:
    with pytest.raises(UsageError, match="write a date and time, for example 2026-03-01T08:00"):
        recording_clock("UTC", begins)


def test_who_needs_the_time_of_day(tmp_path: Path) -> None:
    assert not needs_clock(stage.camera())
    assert not needs_clock(stage.camera(departures=HTTP)), "messages come when they come"
    assert needs_clock(stage.camera(departures=timetable(tmp_path)))
    assert needs_clock(stage.camera(rules=[SCHEDULED]))


def test_messages_that_nothing_would_receive_are_refused_at_once(tmp_path: Path) -> None:
    reported = {"source": "http", "tracks": ["track 1"]}
    path = stage.unit(tmp_path / "unit.yaml", {"source": "rtsp://127.0.0.1/1", "departures": reported})
    answer = command("run", path, "--no-console", "--out", tmp_path / "out")
    assert answer.code == 2
    assert "departures by message reach the console: run without --no-console" in answer.err


def siri_source(url: str, track: str, stop: str) -> Departures:
    return Departures(source="siri", url=url, tracks=(track,), stops=(stop,))


def test_a_feed_is_asked_once_for_all_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "EVERY_S", 0.01)
    clock = FakeClock(utc_s=1_772_352_000.0)
    body = siri(estimated("j1", "S1", 1_772_352_060.0), estimated("j2", "S2", 1_772_352_060.0))
    with FeedServer(body) as server:
        named = (("track 1", "S1"), ("track 2", "S2"), ("north", "S1"))
        both = unit(*(siri_source(server.url, track, stop) for track, stop in named))
        messages = received(both, with_console=False)
        threads = threading.active_count()
        with following_trains(both, messages.left, clock):
            until(lambda: server.asked > 1)
            assert [thread.name for thread in threading.enumerate()].count("train feed") == 1
            clock.pass_s(61.0)
            until(lambda: set(messages.counted(["track 1", "track 2", "north"]).values()) == {1})
        until(lambda: threading.active_count() <= threads)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"source": "siri"}, "give url with source: siri or gtfs_realtime"),
        ({"source": "http", "url": "http://a/b"}, "give url with source: siri or gtfs_realtime, and only then"),
        ({"source": "mqtt", "broker": "b"}, "give topic with source: mqtt"),
        ({"source": "siri", "url": "http://a/b", "stops": ("1", "2")}, "one of stops for each of tracks"),
        ({"source": "siri", "url": "file:///etc/passwd"}, "String should match"),
    ],
)
def test_keys_that_do_not_fit_the_source(keys: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Departures(tracks=("track 1",), **keys)


def test_the_key_of_a_feed_is_not_shown() -> None:
    source = siri_source("http://feed.example/?key=geheim", "track 1", "S1")
    assert "geheim" not in f"{source!r} {source.model_dump()}"
    assert source.url == "http://feed.example/?key=geheim"

# ruff: noqa: E501  a row of a table is one line
"""What is wrong with who says when trains leave, and with rules that ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerby.adapters.timetable import tracks_of
from passerby.config.check import Probes
from support.configured import PLATFORM, camera, load, wrong

TRACK = "{name: track 1, kind: track, polygon_px: [[0, 0], [90, 0], [90, 90]]}"
HTTP = "departures: {source: http, tracks: [track 1, track 2]}"
TABLE = "departures: {source: timetable, file: t.csv, tracks: [track 1]}"
PORT = "departures_port: 8700\n"


def waits(reported: str, track: str, *zones: str) -> str:
    """A camera told of departures like this, with a rule that counts those of `track` on line 8."""
    rule = f"{{kind: loitering, zone: platform, clock: departures, track: {track}}}"
    return camera(f"{reported}\nzones: [{', '.join((PLATFORM, *zones))}]\nrules: [{rule}]")


SOUND = [
    (camera(HTTP), "messages to the console"),
    (PORT + camera(HTTP), "a port of an older configuration"),
    (PORT + camera("zones: []"), "a port that no camera needs yet"),
    (waits(TABLE, "track 1"), "a track of the timetable"),
    (waits(TABLE, "track 9", TRACK.replace("track 1", "track 9")), "a track in the picture, beside the timetable"),
]
WRONG = [
    (camera("departures: {source: timetable, tracks: [track 1]}"), "6: cameras[0].departures: give file with source: timetable, and only then"),
    (PORT + camera("departures: {source: http, file: t.csv, tracks: [track 1]}"), "7: cameras[0].departures: give file with source: timetable, and only then"),
    (camera("departures: {source: timetable, file: t.csv}"), "6: cameras[0].departures: give the tracks at this platform"),
    (camera("departures: {source: radio, tracks: [track 1]}"), '6: cameras[0].departures.source: must be one of timetable, http, siri, gtfs_realtime, mqtt, got "radio"'),
    (waits(TABLE, "track 3"), '8: cameras[0].rules[0].track: there is no track "track 3" (did you mean track 1?); there are track 1'),
    (waits(TABLE, "x", TRACK.replace("track 1", "track 9")), '8: cameras[0].rules[0].track: there is no track "x"; there are track 1, track 9'),
    (camera(TABLE.replace("t.csv", "none.csv")), "6: cameras[0].departures.file: no such timetable: {dir}/none.csv"),
    ("departures_port: 80\n" + camera(HTTP), "1: departures_port: "),
]  # fmt: skip


@pytest.mark.parametrize(("text", "why"), SOUND, ids=[s[1] for s in SOUND])
def test_sound(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "t.csv").write_text("track,departs\ntrack 1,07:45\n")
    assert wrong(tmp_path, text) == []


@pytest.mark.parametrize(("text", "says"), WRONG, ids=[w[1] for w in WRONG])
def test_wrong(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "t.csv").write_text("track,departs\ntrack 1,07:45\n")
    (found,) = wrong(tmp_path, text)
    assert found.startswith(says.format(dir=tmp_path))


def test_a_timetable_is_looked_for_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("track,departs\ntrack 1,07:45\n")
    reported = load(tmp_path, camera(TABLE)).cameras[0].departures
    assert reported is not None
    assert reported.file == str(tmp_path / "t.csv")


TIMETABLES = [
    ("track,departs\ntrack 1,07:45\n", [], "the track leaves"),
    ("track,departs\ntrack 1,7h45\ntrack 1,25h\n", ["t.csv:2: departs: write a track", "t.csv:3: departs: write a track"], "every line that is wrong"),
    ("stop;time\n1;07:45\n", ["t.csv:1: no column departs and track"], "another file"),
    ("track,departs\nTrack 1,07:45\n", ["6: cameras[0].departures.tracks: {dir}/t.csv has no departures of track track 1: it has Track 1"], "another spelling"),
    ("track,departs\n", ["6: cameras[0].departures.tracks: {dir}/t.csv has no departures of track track 1: it has no departures at all"], "an empty one"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "says", "why"), TIMETABLES, ids=[t[2] for t in TIMETABLES])
def test_a_timetable_is_read(tmp_path: Path, table: str, says: list[str], why: str) -> None:
    (tmp_path / "t.csv").write_text(table)
    found = wrong(tmp_path, camera(TABLE), probes=Probes(timetable_tracks=tracks_of))
    assert len(found) == len(says)
    for problem, start in zip(found, says, strict=True):
        assert problem.removeprefix(f"{tmp_path}/").startswith(start.format(dir=tmp_path))

"""Departures by timetable."""

from __future__ import annotations

import zoneinfo
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from passerby.adapters.timetable import DAYS, Departure, Timetable, moments, read_timetable
from passerby.contracts.errors import ConfigError
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.contracts.trains import TrainState
from support.year import ZONES, ZoneClock, minutes

TABLE = """track,departs,days
a,07:45,
a,07:50:30,mon tue
b,25:10,sun
"""
EVERY_DAY = frozenset(DAYS)


class Begins:
    """The clock of a recording that begins at a time with an offset, or at one of UTC."""

    def __init__(self, begins: str, zone: str = "UTC") -> None:
        self.zone, when = ZoneInfo(zone), datetime.fromisoformat(begins)
        self._begins_ns = round((when if when.tzinfo else when.replace(tzinfo=self.zone)).timestamp()) * NS_PER_S

    def utc_ns(self, at: Timestamp) -> int:
        return self._begins_ns + at.mono_ns if at.utc_ns is None else at.utc_ns


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def counted(path: Path, begins: str, minutes: list[float]) -> list[tuple[int, ...]]:
    table = Timetable(read_timetable(path), ["a", "b"], Begins(begins))
    out = []
    for minute in minutes:
        states = table.merged((), Timestamp(round(60 * minute * NS_PER_S)))
        assert not any(state.is_there for state in states)
        out.append(tuple(state.departures for state in states))
    return out


# 2026-03-02 is a Monday.
CASES = [
    ("2026-03-02 07:44", [0, 0.9, 1, 6.4, 6.5, 60], [(0, 0), (0, 0), (1, 0), (1, 0), (2, 0), (2, 0)]),
    ("2026-03-04 07:44", [0, 1, 60], [(0, 0), (1, 0), (1, 0)]),
    ("2026-03-02 01:09", [0, 1], [(0, 0), (0, 1)]),
    ("2026-03-02 07:00", [0, 60 * 48], [(0, 0), (4, 0)]),
    ("2026-03-02 07:44", [0, 2, 1, 2], [(0, 0), (1, 0), (1, 0), (1, 0)]),
]


@pytest.mark.parametrize(("begins", "minutes", "numbers"), CASES)
def test_departures(tmp_path: Path, begins: str, minutes: list[float], numbers: list[tuple[int, int]]) -> None:
    assert counted(written(tmp_path, TABLE), begins, minutes) == numbers


# What leaves every five minutes, half a minute past, in the hours 1 to 3; the recording lasts 70 s.
NIGHTS = [
    ("2026-03-28T01:59:30", "Europe/Paris", [60], "the night before"),
    ("2026-03-29T01:59:20", "Europe/Paris", [], "the hour that is left out has no train"),
    ("2026-03-29T01:59:30", "Europe/Paris", [60], "the first train after it"),
    ("2026-10-25T01:59:30+02:00", "Europe/Paris", [60], "the hour that comes twice, for the first time"),
    ("2026-10-25T02:59:30+02:00", "Europe/Paris", [60], "and for the second time"),
    ("2026-10-25T02:59:30+01:00", "Europe/Paris", [60], "the first train after it"),
    ("2026-09-05T23:59:30-04:00", "America/Santiago", [60], "midnight is left out, 01:00:30 comes after it"),
    ("2026-04-04T23:59:30-03:00", "America/Santiago", [], "23 h comes twice, and has no train"),
    ("2026-10-04T01:59:30+10:30", "Australia/Lord_Howe", [60], "02:30:30 comes after half an hour left out"),
    ("2026-04-05T01:59:30+11:00", "Australia/Lord_Howe", [60], "01:30:30 comes again"),
]


@pytest.mark.parametrize(("begins", "zone", "at_s", "why"), NIGHTS)
def test_nights_in_which_clocks_are_changed(begins: str, zone: str, at_s: list[int], why: str) -> None:
    every = [Departure("a", 3600 * h + 60 * m + 30, EVERY_DAY) for h in (1, 2, 3) for m in range(0, 60, 5)]
    table = Timetable(every, ["a"], Begins(begins, zone))
    counts = [table.merged((), Timestamp(s * NS_PER_S))[0].departures for s in range(70)]
    assert [s for s in range(1, 70) if counts[s] > counts[s - 1]] == at_s, why
    assert counts[-1] == len(at_s), why


YEARLY = [
    *(Departure("a", 3600 * h + 60 * m, EVERY_DAY) for h in range(24) for m in (0, 20, 40)),
    Departure("b", 3600 * 26 + 60 * 10, frozenset({"sat"})),
    Departure("b", 3600 * 2 + 60 * 50, frozenset({"sun", "wed"})),
]


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_a_train_leaves_whenever_the_wall_shows_its_time_all_year(zone: str) -> None:
    table = Timetable(YEARLY, ["a", "b"], ZoneClock(zone))
    expected = {"a": 0, "b": 0}
    for s, wall in minutes(zone):
        clock = (wall.hour, wall.minute)
        if s:  # what leaves with the first frame leaves before it
            expected["a"] += wall.minute % 20 == 0
            expected["b"] += clock == (2, 10) and wall.weekday() == 6
            expected["b"] += clock == (2, 50) and wall.weekday() in (2, 6)
        states = table.merged((), Timestamp(s * NS_PER_S))
        assert {state.track: state.departures for state in states} == expected, wall


def test_a_time_that_the_wall_shows_twice_and_one_that_it_never_shows() -> None:
    paris, half_past_two = ZoneInfo("Europe/Paris"), Departure("a", 9000, EVERY_DAY)
    spring, autumn = datetime(2026, 3, 29).date(), datetime(2026, 10, 25).date()
    assert [*moments(half_past_two, spring, paris)] == []
    assert len({*moments(half_past_two, autumn, paris)}) == 2
    assert len([*moments(half_past_two, autumn + timedelta(days=1), paris)]) == 1


MINUTE = 60 * NS_PER_S
BASE_NS = round(datetime.fromisoformat("2026-03-02T07:00:00+00:00").timestamp()) * NS_PER_S
JUMPS = [
    ([(0, 0), (1, 1), (2, 40 * 24 * 60)], [0, 0, 0], "set forward by 40 days: none of their trains"),
    ([(0, 0), (1, 50), (2, 51)], [0, 0, 0], "set forward over 07:45: it had not left a minute ago"),
    ([(0, 0), (1, 44.5), (2, 45.5)], [0, 0, 1], "set forward, then a train leaves"),
    ([(0, 44.5), (1, 45.5), (2, 44.5), (3, 45.5)], [0, 1, 1, 2], "set back: what leaves now counts"),
    ([(0, 44.5), (1, 45.1), (1.1, 44.95), (1.5, 45.2)], [0, 1, 1, 1], "put right by some seconds: once"),
    ([(0, 44.0), (30, 74.0)], [0, 1], "half an hour without pictures: its trains count"),
]


@pytest.mark.parametrize(("frames", "counts", "why"), JUMPS)
def test_a_clock_that_is_set_runs_no_trains(
    frames: list[tuple[float, float]], counts: list[int], why: str
) -> None:
    table = Timetable([Departure("a", 7 * 3600 + 45 * 60, EVERY_DAY)], ["a"], Begins("2026-03-02"))
    reported = []
    for mono_min, wall_min in frames:
        at = Timestamp(round(mono_min * MINUTE), BASE_NS + round(wall_min * MINUTE))
        reported.append(table.merged((), at)[0].departures)
    assert reported == counts, why


def test_what_stands_there_is_the_pictures_word(tmp_path: Path) -> None:
    table = Timetable(read_timetable(written(tmp_path, TABLE)), ["a"], Begins("2026-03-02 07:00"))
    at = Timestamp(NS_PER_S)
    seen = (TrainState("a", True, at, 9), TrainState("other", False, at, 3))
    assert table.merged(seen, at) == (TrainState("a", True, at, 0), TrainState("other", False, at, 3))


BROKEN = [
    ("line,time\n", "the first line must be track,departs,days"),
    ("track,departs\na,7.45\n", "write a track and a time, for example 07:45"),
    ("track,departs\n,07:45\n", "write a track"),
    ("track,departs,days\na,07:45,mon,tue,wed\n", r":2: 'tue' has no column: write several days with blanks"),
    ("track,departs\na,07:45,mon\n", ":2: 'mon' has no column"),
    ("track,departs,day\na,07:45,mon\n", ":1: unknown column day: the first line must be track,departs,days"),
    ("track,departs,days\na,07:45,monday\n", "'monday' is not a day: write some of mon tue"),
]


@pytest.mark.parametrize(("text", "sentence"), BROKEN)
def test_a_broken_table_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        read_timetable(written(tmp_path, text))


def test_empty_cells_at_the_end_as_a_spreadsheet_writes_them_are_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "track,departs,days,,\na,07:45,mon tue,,\n")
    assert read_timetable(path) == (Departure("a", 27900, frozenset({"mon", "tue"})),)


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read as a timetable"):
        read_timetable(tmp_path / "none.csv")


def test_a_table_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "track,departs\n" + "a,07:45\n" * 130_000)
    with pytest.raises(ConfigError, match=r"cannot be read as a timetable: .*larger than 1 MB"):
        read_timetable(path)


def test_time_zones_are_known_on_a_host_without_data() -> None:
    ZoneInfo.clear_cache()
    zoneinfo.reset_tzpath(to=())
    try:
        assert ZoneInfo("Australia/Lord_Howe").key == "Australia/Lord_Howe"
    finally:
        zoneinfo.reset_tzpath()

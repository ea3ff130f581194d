"""Departures by timetable."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from passerby.adapters.timetable import Timetable, read_timetable
from passerby.contracts.errors import ConfigError
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.contracts.trains import TrainState

TABLE = """track,departs,days
a,07:45,
a,07:50:30,mon tue
b,25:10,sun
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def counted(path: Path, begins: str, minutes: list[float]) -> list[tuple[int, ...]]:
    start = datetime.fromisoformat(begins)
    table = Timetable(read_timetable(path), ["a", "b"], lambda at: start + timedelta(seconds=at.s))
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


def test_what_stands_there_is_the_pictures_word(tmp_path: Path) -> None:
    table = Timetable(read_timetable(written(tmp_path, TABLE)), ["a"], lambda _: datetime(2026, 3, 2, 7, 0))
    at = Timestamp(NS_PER_S)
    seen = (TrainState("a", True, at, 9), TrainState("other", False, at, 3))
    assert table.merged(seen, at) == (TrainState("a", True, at, 0), TrainState("other", False, at, 3))


BROKEN = [
    ("line,time\n", "the first line must be track,departs,days"),
    ("track,departs\na,7.45\n", "write a track and a time such as 07:45"),
    ("track,departs\n,07:45\n", "write a track"),
    ("track,departs,days\na,07:45,monday\n", "'monday' is no day: write some of mon tue"),
]


@pytest.mark.parametrize(("text", "sentence"), BROKEN)
def test_a_broken_table_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        read_timetable(written(tmp_path, text))


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read as a timetable"):
        read_timetable(tmp_path / "none.csv")

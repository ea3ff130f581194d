"""When ages by the wall clock may remove files."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerby.contracts.events import EvidenceFile
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.clock_check import ClockCheck, LastClock, is_doubtful, last_clock, record_distrust
from passerby.store.results import ResultsStore
from passerby.store.utc import now_ms

HOUR, DAY = 3_600_000, 24 * 3_600_000
NOW = 1_800_000_000_000


@pytest.mark.parametrize(
    ("newest_ms", "steps", "want", "why"),
    [
        (NOW - HOUR, [(0, 0), (HOUR, 0)], [True, True], "a usual day"),
        (None, [(0, 0)], [True], "nothing was ever recorded"),
        (NOW - HOUR, [(15_000, 40 * DAY)], [False], "40 days forward after a start without a battery"),
        (NOW - HOUR, [(15_000, 40 * DAY), (71 * HOUR, 40 * DAY)], [False, False], "files of before the step"),
        (NOW - HOUR, [(15_000, 40 * DAY), (73 * HOUR, 40 * DAY)], [False, True], "by then every file is that old"),
        (NOW - HOUR, [(HOUR, -40 * DAY)], [False], "back"),
        (NOW - HOUR, [(HOUR, 5_000)], [True], "a correction by seconds"),
        (NOW - 40 * DAY, [(0, 0)], [False], "off for 40 days, or the clock is wrong"),
        (NOW - 40 * DAY, [(73 * HOUR, 0)], [True], "and not for ever"),
    ],
)
def test_trust(newest_ms: int | None, steps: list[tuple[int, int]], want: list[bool], why: str) -> None:
    check = ClockCheck(NOW, 5_000, LastClock(newest_ms), limit_h=72)
    assert [check.is_trusted(NOW + at + step, 5_000 + at) for at, step in steps] == want, why


@pytest.mark.parametrize(
    ("until_ms", "at_ms", "want", "why"),
    [
        (NOW + HOUR, 0, False, "a restart does not end the distrust"),
        (NOW + HOUR, 2 * HOUR, True, "its end"),
        (NOW - HOUR, 0, True, "ended before the start"),
        (NOW + 43 * DAY, 73 * HOUR, True, "recorded by a clock that was 40 days ahead"),
    ],
)
def test_an_earlier_distrust(until_ms: int, at_ms: int, want: bool, why: str) -> None:
    check = ClockCheck(NOW, 5_000, LastClock(NOW - HOUR, until_ms), limit_h=72)
    assert check.is_trusted(NOW + at_ms, 5_000 + at_ms) is want, why


def test_the_end_of_a_distrust_is_known_by_the_wall_clock() -> None:
    check = ClockCheck(NOW, 5_000, LastClock(NOW - HOUR), limit_h=72)
    assert not check.is_trusted(NOW + HOUR + 40 * DAY, 5_000 + HOUR)
    assert check.until_ms == NOW + HOUR + 40 * DAY + 72 * HOUR


def test_a_database_says_what_its_unit_last_recorded(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store, store.reading() as connection:
        assert last_clock(connection) == LastClock()
        store.write(lambda c: audit.record(c, "kim", Act.LOOKED, "all", at_ms=NOW + 40 * DAY))
        assert last_clock(connection) == LastClock(), "a person may look with a wrong clock"
        store.write(lambda c: audit.record(c, audit.UNIT, Act.PURGED, "1 clip", at_ms=NOW))
        assert last_clock(connection) == LastClock(NOW)
        store.record_file(EvidenceFile("clips/a.mp4", "a", "c", "clip"))
        newest = last_clock(connection).newest_ms
        assert newest is not None
        assert abs(newest - now_ms()) < 60_000 or newest == NOW
        store.write(lambda c: record_distrust(c, NOW + HOUR, NOW))
        assert last_clock(connection).until_ms == NOW + HOUR


@pytest.mark.parametrize(
    ("last", "want"),
    [
        (LastClock(), False),
        (LastClock(NOW - 71 * HOUR), False),
        (LastClock(NOW - 73 * HOUR), True),
        (LastClock(NOW + 40 * DAY), False),
        (LastClock(NOW, NOW + HOUR), True),
    ],
)
def test_a_single_look(last: LastClock, want: bool) -> None:
    assert is_doubtful(NOW, last, limit_h=72) is want

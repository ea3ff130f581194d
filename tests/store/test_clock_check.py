"""When ages by the wall clock may remove files."""

from __future__ import annotations

import pytest

from passerby.store.clock_check import ClockCheck

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
    check = ClockCheck(NOW, 5_000, newest_ms, limit_h=72)
    assert [check.is_trusted(NOW + at + step, 5_000 + at) for at, step in steps] == want, why

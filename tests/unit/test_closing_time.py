"""The time of day that a place closes at."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from passerby.unit.closing_time import ClosingTime
from support.year import minutes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("zone", "closed_at"),
    [
        ("Europe/Paris", "02:15"),
        ("America/Santiago", "23:30"),
        ("America/Santiago", "00:00"),
        ("Australia/Lord_Howe", "01:45"),
        ("UTC", "00:00"),
    ],
)
def test_a_place_closes_once_a_day_all_year(zone: str, closed_at: str) -> None:
    closing, closed, before = ClosingTime(closed_at, zone), list[date](), None
    for _, wall in minutes(zone):
        now, due = wall.replace(tzinfo=None), datetime.combine(wall.date(), time.fromisoformat(closed_at))
        if closing.passed(wall.astimezone(UTC).isoformat()):
            closed.append(wall.date())
            assert now == due or (before is not None and before < due < now), "or the wall skipped it"
        before = now
    assert closed == [closed[0] + timedelta(days=n) for n in range(len(closed))]
    assert len(closed) in (364, 365)


TOLD = [
    (["2026-10-25T00:14", "2026-10-25T00:15", "2026-10-25T01:15"], [1], "02:15 comes twice: the first time"),
    (["2026-03-29T00:59", "2026-03-29T01:00", "2026-03-29T01:20"], [1], "02:15 is left out: when it is"),
    (
        ["2026-03-01T01:14", "2026-04-10T02:00", "2026-03-01T01:16", "2026-03-02T01:16"],
        [1, 3],
        "a clock put right",
    ),
]


@pytest.mark.parametrize(("utc", "closes", "why"), TOLD)
def test_nights_and_clocks_that_are_changed(utc: list[str], closes: list[int], why: str) -> None:
    closing = ClosingTime("02:15", "Europe/Paris")
    assert [i for i, text in enumerate(utc) if closing.passed(f"{text}:00Z")] == closes, why

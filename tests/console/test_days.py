from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from passerby.console import days
from passerby.console.days import LocalDay
from passerby.contracts.events import Measure
from support.stored import ZONE, an_event


@pytest.mark.parametrize(
    ("day", "zone", "since", "hours"),
    [
        (date(2026, 3, 1), "UTC", "2026-03-01T00:00:00.000Z", 24),
        (date(2026, 3, 1), "Europe/Paris", "2026-02-28T23:00:00.000Z", 24),
        (date(2026, 3, 29), "Europe/Paris", "2026-03-28T23:00:00.000Z", 23),
        (date(2026, 10, 25), "Europe/Paris", "2026-10-24T22:00:00.000Z", 25),
    ],
)
def test_a_day_has_the_length_of_its_zone(day: date, zone: str, since: str, hours: int) -> None:
    made = LocalDay.of(day, zone)
    assert (made.since, made.seconds) == (since, hours * 3600)


@pytest.mark.parametrize("day", [date(2026, 3, 23), date(2026, 3, 26), date(2026, 3, 29)])
def test_a_week_begins_on_monday_and_has_the_length_of_its_zone(day: date) -> None:
    made = LocalDay.week(day, "Europe/Paris")
    assert (made.day, made.since, made.seconds) == (date(2026, 3, 23), "2026-03-22T23:00:00.000Z", 167 * 3600)


def test_minutes_without_a_picture_are_gaps() -> None:
    day = LocalDay.of(date(2026, 3, 1), "UTC")
    at = [replace(ZONE, utc=f"2026-03-01T00:0{n}:00.000Z", count_mean=float(n)) for n in (0, 1, 3)]
    blind = replace(ZONE, utc="2026-03-01T00:04:00.000Z", coverage=0.0)
    values = days.of_zone(day, [*at, blind])
    assert len(values) == 1440
    assert values[:2] == (0.0, 1.0)
    assert values[3] == 3.0
    assert math.isnan(values[2])
    assert math.isnan(values[4])


def test_each_incident_counts_once_with_its_last_value() -> None:
    grown = [an_event("a", n, measures=(Measure("dwell", 60.0 * n, "s"),)) for n in (1, 2)]
    values = days.measures_of([*grown, an_event("b", measures=(Measure("dwell", 30.0, "s"),))], "dwell")
    assert sorted(values) == [30.0, 120.0]
    assert days.in_bins(values, (0.0, 60.0, 300.0)) == [1, 1, 0]

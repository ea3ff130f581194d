"""Hours and days of rules, by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from passerby.camera.schedule import Schedules, WallClock, is_within
from passerby.contracts.base_rule import Schedule
from passerby.contracts.errors import UsageError
from passerby.contracts.rules import IntrusionRule
from passerby.contracts.time import NS_PER_S, Timestamp
from support.year import ZONES, ZoneClock, minutes

# 2026-03-02 is a Monday.
NIGHT = Schedule(begins="23:00", ends="05:00", days=("mon",))
DAY = Schedule(begins="07:00", ends="19:30", days=("mon", "tue"))
CASES = [
    (DAY, "2026-03-02 06:59", False),
    (DAY, "2026-03-02 07:00", True),
    (DAY, "2026-03-02 19:29", True),
    (DAY, "2026-03-02 19:30", False),
    (DAY, "2026-03-04 12:00", False),
    (NIGHT, "2026-03-02 22:59", False),
    (NIGHT, "2026-03-02 23:00", True),
    (NIGHT, "2026-03-03 04:59", True),
    (NIGHT, "2026-03-03 05:00", False),
    (NIGHT, "2026-03-02 04:00", False),
    (Schedule(), "2026-03-07 13:00", True),
]


@pytest.mark.parametrize(("schedule", "local", "active"), CASES)
def test_hours_and_days(schedule: Schedule, local: str, active: bool) -> None:
    assert is_within(schedule, datetime.fromisoformat(local)) == active


def moment(utc: str) -> Timestamp:
    return Timestamp(0, round(datetime.fromisoformat(utc).replace(tzinfo=UTC).timestamp()) * NS_PER_S)


def test_the_clock_is_the_stations() -> None:
    rules = [IntrusionRule(kind="intrusion", zone="z", schedule=DAY), IntrusionRule(kind="intrusion", zone="z")]
    paris, utc = Schedules(rules, WallClock("Europe/Paris")), Schedules(rules, WallClock())
    at = moment("2026-03-02 06:30")
    assert [paris.is_active(0, at), utc.is_active(0, at), utc.is_active(1, at)] == [True, False, True]
    summer = moment("2026-06-01 05:00")
    assert paris.is_active(0, summer)
    assert not utc.is_active(0, summer)


# Begin and end in the hours that clocks are changed over, here and there.
WEEK_NIGHTS = Schedule(begins="01:45", ends="02:20", days=("sun", "mon"))
OVER_MIDNIGHT = Schedule(begins="23:30", ends="00:30", days=("sat",))


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_rules_are_active_by_what_the_wall_shows_all_year(zone: str) -> None:
    rules = [IntrusionRule(kind="intrusion", zone="z", schedule=one) for one in (WEEK_NIGHTS, OVER_MIDNIGHT)]
    schedules = Schedules(rules, WallClock(zone, ZoneClock(zone).utc_ns(Timestamp(0))))
    for s, wall in minutes(zone):
        day, clock = wall.weekday(), f"{wall:%H:%M}"
        expected = [
            day in (0, 6) and "01:45" <= clock < "02:20",
            (day == 5 and clock >= "23:30") or (day == 6 and clock < "00:30"),
        ]
        assert [schedules.is_active(i, Timestamp(s * NS_PER_S)) for i in (0, 1)] == expected, wall


def test_a_recording_has_the_time_somebody_gave_it() -> None:
    begins = moment("2026-03-02 06:59").utc_ns
    schedules = Schedules([IntrusionRule(kind="intrusion", zone="z", schedule=DAY)], WallClock("UTC", begins))
    assert [schedules.is_active(0, Timestamp(s * NS_PER_S)) for s in (0, 59, 60)] == [False, False, True]


def test_a_recording_without_one_is_refused() -> None:
    schedules = Schedules([IntrusionRule(kind="intrusion", zone="z", schedule=DAY)], WallClock())
    with pytest.raises(UsageError, match="give its start with --begins"):
        schedules.is_active(0, Timestamp(0))


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="timezone 'Mars/Olympus' is unknown"):
        WallClock("Mars/Olympus")

"""A part of a day, and the figures made of days."""

from __future__ import annotations

from collections import Counter

import pytest

from passerby.evals.day import DayResult, play_day
from passerby.evals.day_suite import day_suite, upper_rate


@pytest.mark.parametrize(("count", "days", "upper"), [(0, 1.0, 3.0), (0, 60.0, 0.05), (3, 10.0, 0.775)])
def test_the_upper_end_is_that_of_the_exact_interval(count: int, days: float, upper: float) -> None:
    """Garwood's table: 3.00 for none, 7.75 for three."""
    assert upper_rate(count, days) == pytest.approx(upper, rel=0.01)


def test_a_suite_counts_false_and_missed_events(monkeypatch: pytest.MonkeyPatch) -> None:
    def played(seed: int, *_: object) -> DayResult:
        return DayResult(
            seed, 86400.0, 900, Counter({"fall": 4, "intrusion": 2}), Counter({"fall": 3, "intrusion": 2}),
            (("loitering", "warning", 30_000.0),), (("fall", 20_000.0),),
            (("loitering", "warning", 30_000.0), ("intrusion", "alarm", 40_000.0)), {"fall": (6.0, 8.0, 9.0)},
            (1000, 990),
        )  # fmt: skip

    monkeypatch.setattr("passerby.evals.day_suite.play_day", played)
    report = day_suite(4, None)
    rates, recalls, lines, load, false, missed = (table.rows for table in report.tables)
    assert rates[0][:4] == ("intrusion", "alarm", 4, 1.0)
    assert rates[1][4:6] == (4, 1.0)
    assert recalls[0][:4] == ("fall", 16, 12, "0.75")
    assert lines[0][3] == "-1.0%"
    assert float(str(load[1][1])) == 16
    assert (false[0][1:], missed[0][1:]) == (("loitering", "12:20", 30_000.0), ("fall", "09:33", 20_000.0))
    assert [(aim.figure, aim.verdict) for aim in report.aims] == [(0.0, "reached"), (1.0, "missed")]


@pytest.mark.slow
def test_the_first_hours_of_a_day_are_played() -> None:
    day = play_day(5, None, 4100.0)
    assert day.people > 3
    assert abs(day.crossings[0] - day.crossings[1]) <= 2
    assert not [row for row in day.false if row[1] == "alarm"]

from __future__ import annotations

import math

import pytest

from passerby.charts.wording import THIN, clock, labelled, lasting, measured, plain, several, wall_clock
from passerby.contracts.events import Measure


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "00:00"),
        (59.99, "00:59"),  # cut, not rounded: 01:00 has not come yet
        (125, "02:05"),
        (3725, "1:02:05"),
        (100 * 3600, "100:00:00"),
        (-3, "00:00"),
        (math.nan, "00:00"),
    ],
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (0.44, "0.4 s"),
        (9.97, "10 s"),  # never 10.0 s
        (59.6, "1 min"),  # never 60 s
        (754, "12 min 34 s"),
        (8 * 3600, "8 h 00 min"),
        (math.inf, "unknown"),
    ],
)
def test_lasting(seconds: float, text: str) -> None:
    assert lasting(seconds).replace(THIN, " ") == text


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        (Measure("direction", "in"), "in"),
        (Measure("speed", 3.2123, "m/s", 0.21), "3.21 ± 0.21 m/s"),
        (Measure("distance", 9.44, "m", 0.5), "9.4 ± 0.5 m"),  # no digit the deviation does not carry
        (Measure("depth", 0.62, "m", 12.0), "1 ± 12 m"),
        (Measure("density", 1.47, "person/m2", 0.08), "1.47 ± 0.08 people/m²"),
        (Measure("count", 1200.0, "person"), "1 200 people"),
        (Measure("sharpness", 0.3), "0.3"),
        (Measure("speed", math.nan, "m/s"), "unknown"),
        (Measure("speed", 2.0, "m/s", math.nan), "2 m/s"),
        (Measure("speed", 2.0, "m/s", 0.0), "2 m/s"),
    ],
)
def test_measured(measure: Measure, text: str) -> None:
    assert measured(measure).replace(THIN, " ") == text


@pytest.mark.parametrize(
    ("utc", "text"),
    [
        (None, None),
        ("2026-08-01T14:03:22Z", "2026-08-01 14:03:22 UTC"),
        ("2026-08-01T16:03:22.123+02:00", "2026-08-01 14:03:22 UTC"),
        ("2026-08-01T14:03:22", "2026-08-01T14:03:22"),  # no zone: do not invent one
        ("noon", "noon"),
    ],
)
def test_wall_clock(utc: str | None, text: str | None) -> None:
    assert wall_clock(utc) == text


def test_numbers_and_nouns() -> None:
    assert plain(31500, 0) == f"31{THIN}500"
    assert plain(0.5, 3) == "0.5"
    assert [several(n, "alarm", "alarms") for n in (0, 1, 2)] == ["0 alarms", "1 alarm", "2 alarms"]


@pytest.mark.parametrize(
    ("measures", "labels", "why"),
    [
        ({"dwell": 41.5, "duration": 55.0}, ["dwell of the latest person", "incident lasted"], "two, told apart"),
        ({"dwell": 55.0, "duration": 55.1}, ["dwell"], "one and the same, rounded twice"),
        ({"inside": 3.2, "duration": 63.0}, ["latest person inside for", "incident lasted"], "of the second one"),
        ({"still": 90.0, "duration": 30.0}, ["latest object still for", "incident lasted"], "a thing"),
        ({"lying": 9.0, "duration": 9.0, "x_y": 1.0}, ["lying", "x y"], "others keep their names"),
        ({"dwell": 41.5}, ["dwell"], "while it lasts there is only one"),
        ({"duration": 12.0}, ["incident lasted"], "nothing beside it"),
    ],
)
def test_no_two_lengths_contradict_each_other(measures: dict[str, float], labels: list[str], why: str) -> None:
    given = [Measure(name, value, "s") for name, value in measures.items()]
    assert [label for label, _ in labelled(given)] == labels, why

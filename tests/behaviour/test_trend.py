"""The slope of a density, at any frame rate, and when nothing is said of it."""

from __future__ import annotations

import pytest

from passerby.behaviour.trend import SPAN_S, Trend
from passerby.contracts.time import NS_PER_S, Timestamp


def at(t_s: float) -> Timestamp:
    return Timestamp(round(t_s * NS_PER_S))


@pytest.mark.parametrize("fps", [1, 5, 25])
@pytest.mark.parametrize("per_minute", [0.3, 0.0, -0.15])
def test_a_straight_line_has_its_slope_at_any_rate(fps: int, per_minute: float) -> None:
    trend = Trend()
    for k in range(150 * fps):
        trend.add(at(k / fps), 2.0 + per_minute * k / fps / 60)
    assert trend.per_minute() == pytest.approx(per_minute, abs=1e-9)


def test_nothing_is_said_before_a_minute_and_after_an_interruption() -> None:
    trend = Trend()
    assert trend.per_minute() is None
    for k in range(60):
        trend.add(at(k), 1.0)
    assert trend.per_minute() is None
    trend.add(at(60), 1.0)
    assert trend.per_minute() == pytest.approx(0.0, abs=1e-12)
    trend.reset()
    assert trend.per_minute() is None


def test_what_is_long_past_is_forgotten() -> None:
    trend = Trend()
    for k in range(1000):
        trend.add(at(k), k / 60 if k < 500 else 500 / 60)
    assert trend.per_minute() == pytest.approx(0.0, abs=1e-9)
    assert len(trend._seen) <= SPAN_S + 1

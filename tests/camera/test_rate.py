from __future__ import annotations

import pytest

from passerby.camera.rate import IDLE_AFTER_S, AnalysisRate
from support.fakes import every
from support.seen import at


def analysed(rate: AnalysisRate, from_s: float, to_s: float, *, busy: bool) -> list[float]:
    """Frames of 25 per second that are analysed; each shows somebody or nobody."""
    kept = []
    for t_s in every(0.04, to_s, from_s=from_s):
        if rate.wants(at(t_s)):
            kept.append(t_s)
            rate.seen(busy, at(t_s))
    return kept


def test_an_empty_place_has_the_low_rate_and_a_person_the_full_rate_within_half_a_second() -> None:
    rate = AnalysisRate(8.0, 2.0)
    assert len(analysed(rate, 0.0, 5.0, busy=True)) == pytest.approx(40, abs=2)
    assert len(analysed(rate, 5.0, 5.0 + IDLE_AFTER_S, busy=False)) == pytest.approx(8 * IDLE_AFTER_S, abs=3)
    assert len(analysed(rate, 20.0, 30.0, busy=False)) == pytest.approx(20, abs=2)
    back = analysed(rate, 30.0, 32.0, busy=True)
    assert back[0] - 30.0 <= 0.5
    assert len([t_s for t_s in back if 30.5 <= t_s < 31.5]) == pytest.approx(8, abs=1)


@pytest.mark.parametrize(
    ("fps", "idle_fps", "expected_fps", "why"),
    [
        (8.0, None, 8.0, "a camera with a rule of severity alarm"),
        (8.0, 2.0, 2.0, "the usual"),
        (1.0, 2.0, 1.0, "the idle rate never exceeds the full one"),
        (None, 2.0, 2.0, "all frames of a busy place"),
        (None, None, 25.0, "a recording"),
    ],
)
def test_the_rate_of_an_empty_place(
    fps: float | None, idle_fps: float | None, expected_fps: float, why: str
) -> None:
    rate = AnalysisRate(fps, idle_fps)
    analysed(rate, 0.0, 2 * IDLE_AFTER_S, busy=False)
    seen = analysed(rate, 2 * IDLE_AFTER_S, 2 * IDLE_AFTER_S + 10, busy=False)
    assert len(seen) == pytest.approx(10 * expected_fps, abs=3), why


def test_the_scheduler_changes_the_full_rate_only() -> None:
    rate = AnalysisRate(8.0, 2.0)
    rate.fps = 4.0
    assert len(analysed(rate, 0.0, 10.0, busy=True)) == pytest.approx(40, abs=2)
    assert rate.present_fps == 4.0


@pytest.mark.parametrize(
    ("idle_fps", "busy", "expected", "why"),
    [
        (2.0, False, True, "an empty place"),
        (2.0, True, False, "somebody is there"),
        (None, False, False, "a camera with a rule of severity alarm never rests"),
    ],
)
def test_a_camera_rests_in_an_empty_place(idle_fps: float | None, busy: bool, expected: bool, why: str) -> None:
    rate = AnalysisRate(8.0, idle_fps)
    assert not rate.is_resting(), "not before the place was seen"
    analysed(rate, 0.0, IDLE_AFTER_S + 1.0, busy=busy)
    assert rate.is_resting() == expected, why

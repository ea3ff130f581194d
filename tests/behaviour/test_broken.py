"""Which track goes on where another broke off."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.behaviour.broken import OCCLUDED_S, Observation, Trail
from support.rows import frame

Path = list[tuple[float, float, float]]


def observation(t_s: float, x: float, y: float) -> Observation:
    return Observation.of(frame(t_s, {1: (x, y)}), 0, np.array([100 * x, 1000 - 100 * y]), y, 0.05)


def trail(path: Path) -> Trail:
    made = Trail()
    for spot in path:
        made.add(observation(*spot))
    return made


def walk(from_s: float, to_s: float, mps: float = 1.2, x: float = 0.0, y: float = 3.0) -> Path:
    """Along -y from `y` at 0 s; 10 sights a second."""
    return [(k / 10, x, y - mps * k / 10) for k in range(round(10 * from_s), round(10 * to_s) + 1)]


CASES = [
    (walk(0, 2), walk(3, 4), True, "on its way, one second later"),
    (walk(0, 2), walk(2.1, 4), True, "at once"),
    (walk(0, 2), walk(5.9, 7), True, "just within the time"),
    (walk(0, 2), walk(6.3, 7), False, "too late"),
    (walk(0, 2), walk(1.5, 3), False, "seen at the same time"),
    (walk(0, 2), walk(3, 4, x=3.0), False, "three metres beside"),
    (walk(0, 2), [(3.0, 0.0, 3.0)], False, "far behind, where a walker cannot be"),
    (walk(0, 0.1), [(0.5, 0.0, 2.4)], True, "no velocity yet, near"),
    (walk(0, 0.1), [(0.5, 0.0, 0.0)], False, "no velocity yet, far"),
]


@pytest.mark.parametrize(("before", "after", "goes_on", "why"), CASES)
def test_who_goes_on(before: Path, after: Path, goes_on: bool, why: str) -> None:
    assert math.isfinite(trail(before).residual(trail(after))) == goes_on, why


@given(st.floats(0.2, 2.5), st.floats(0.1, OCCLUDED_S - 0.2), st.floats(0, 2 * math.pi))
def test_whoever_keeps_their_way_goes_on(mps: float, occluded_s: float, heading: float) -> None:
    def at(t_s: float) -> tuple[float, float, float]:
        return t_s, mps * t_s * math.cos(heading), mps * t_s * math.sin(heading)

    before = trail([at(k / 8) for k in range(12)])
    assert before.residual(trail([at(11 / 8 + occluded_s)])) == pytest.approx(0, abs=1e-3)


def placed(path: Path, *, cut_off: bool = False) -> Trail:
    """The same with the floor known in metres (y up), or of somebody whose foot the picture's edge cuts off."""
    made = Trail()
    for t_s, x, y in path:
        s = observation(t_s, x, y)
        made.add(
            Observation(s.at, np.array([np.nan, np.nan] if cut_off else [x, y]), s.foot_px, s.height_px, y, 0.05)
        )
    return made


def test_a_velocity_on_the_floor_is_not_held_against_a_way_in_the_picture() -> None:
    """Up the picture is +y on the floor and -y in pixels: whoever comes in at the lower edge is somebody else."""
    before, later = placed(walk(0, 2, mps=-1.2)), placed([(5.0, 0.0, -0.6)], cut_off=True)
    assert not math.isfinite(before.residual(later))
    same = placed([(5.0, 0.0, 9.0)], cut_off=True)
    assert before.residual(same) == pytest.approx(0, abs=1e-6), "by body heights both ways it is the same person"


def test_the_nearer_to_where_it_was_expected_the_better() -> None:
    before = trail(walk(0, 2))
    residuals = [before.residual(trail(walk(3, 4, x=x))) for x in (0.0, 0.2, 0.5)]
    assert residuals == sorted(residuals)
    assert residuals[0] < residuals[-1]


def test_the_way_is_metres_where_the_floor_is_known_and_body_heights_elsewhere() -> None:
    a, b = observation(0, 0, 0), observation(1, 0, 2.0)
    assert a.displacement_m(b).tolist() == pytest.approx([0.0, -2.0])
    on_floor = [Observation(s.at, np.array([7.0, k]), s.foot_px, 170.0, 0.0, 0.0) for k, s in enumerate((a, b))]
    assert on_floor[0].displacement_m(on_floor[1]).tolist() == [0.0, 1.0]


def test_only_the_last_second_is_remembered() -> None:
    made = trail(walk(0, 60))
    assert len(made.recent) <= 12
    assert made.first.at.s == 0

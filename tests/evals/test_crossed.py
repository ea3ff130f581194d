"""Which true crossings could be seen on both sides."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.evals.crossed import VisibilityLog
from passerby.evals.watched import Seen
from passerby.sim.ledger import TrueCrossing
from passerby.sim.scenario import LineModel

GATE = LineModel(name="gate", from_m=(0.0, 0.0), to_m=(4.0, 0.0))
# Somebody walks towards -y at 1 m/s and is over the line at 5 s: "in", and 0.3 m beyond it at 5.3 s.
ACROSS = TrueCrossing("gate", 7, 5.3, "in")
CASES = [
    ((0.0, 9.0), (), True, "in sight all along"),
    ((0.0, 9.0), (3.0, 8.0), True, "hidden on the line, in sight on both sides"),
    ((0.0, 9.0), (0.0, 8.0), False, "not in sight before they were beyond"),
    ((4.6, 9.0), (), False, "on the line when the film begins: one frame on the side they came from"),
    ((0.0, 5.4), (), False, "the film ends before they are beyond for two frames"),
]


def log(seen_s: tuple[float, float], occluded_s: tuple[float, ...], pause_s: float = 0.0) -> VisibilityLog:
    made = VisibilityLog()
    for k in range(round(8 * (20.0 + pause_s))):
        t_s = k / 8
        y = 5.0 - (t_s if t_s < 4.0 else max(4.0, t_s - pause_s))
        is_occluded = occluded_s and occluded_s[0] <= t_s <= occluded_s[1]
        if seen_s[0] <= t_s <= seen_s[1] and not is_occluded:
            none = np.zeros(1)
            made.add(
                Seen(
                    t_s, np.array([7]), np.array([[2.0, y]]), none, none, np.zeros((1, 4), np.float32), np.ones(1)
                )
            )
    return made


@pytest.mark.parametrize(("seen_s", "occluded_s", "counts", "why"), CASES)
def test_who_could_be_counted(
    seen_s: tuple[float, float], occluded_s: tuple[float, ...], counts: bool, why: str
) -> None:
    assert log(seen_s, occluded_s).counts([ACROSS], [GATE])["gate", "in"] == counts, why


@pytest.mark.parametrize(("pause_s", "counts"), [(6.0, 1), (12.0, 0)])
def test_occluded_for_longer_than_ten_seconds_is_another_person(pause_s: float, counts: int) -> None:
    later = TrueCrossing("gate", 7, 5.3 + pause_s, "in")
    seen = log((0.0, 99.0), (4.0, 5.0 + pause_s), pause_s).counts([later], [GATE])
    assert seen["gate", "in"] == counts


def test_the_other_way_and_other_people() -> None:
    seen = log((0.0, 9.0), ()).counts(
        [TrueCrossing("gate", 7, 5.3, "out"), TrueCrossing("gate", 8, 5.3, "in")], [GATE]
    )
    assert not seen, "they went the other way, and nobody else was there"


def test_on_stairs_it_is_enough_to_be_in_sight_before_and_after() -> None:
    made, none = VisibilityLog(), np.zeros(1)
    for t_s in (4.0, 5.0, 6.0, 7.0):
        made.add(
            Seen(t_s, np.array([7]), np.full((1, 2), np.nan), none, none, np.zeros((1, 4), np.float32), np.ones(1))
        )
    late = TrueCrossing("gate", 7, 6.5, "in")
    assert made.counts([ACROSS, late], [GATE])["gate", "in"] == 1, "of the later one only one sight is after it"

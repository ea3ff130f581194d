"""People who occlude each other make a count a lower bound."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.behaviour.occlusion import people_are_occluded
from support.rows import Spot, frame

# Seen by `frame` each is 1.7 m high and 0.68 m wide in the picture; a larger y stands further up, behind.
APART = {k: (1.0 + 1.0 * k, 1.0) for k in range(10)}
FIVE = {k: APART[k] for k in range(4)} | {10: (1.1, 1.3)}


@pytest.mark.parametrize(
    ("people", "hides", "why"),
    [
        ({}, False, "nobody"),
        ({1: (1.0, 1.0)}, False, "one cannot hide behind himself"),
        (APART, False, "ten side by side"),
        ({0: (1.0, 1.0), 1: (1.1, 1.2)}, True, "two, one almost behind the other"),
        (FIVE, False, "one of five is less than one in four"),
        ({k: v for k, v in FIVE.items() if k != 3}, True, "one of four"),
    ],
)
def test_cases(people: dict[int, Spot], hides: bool, why: str) -> None:
    ground = frame(0, people)
    assert people_are_occluded(ground, np.ones(len(ground), bool)) is hides, why


def test_only_who_is_inside_counts_and_only_confirmed_boxes_hide() -> None:
    pair = {0: (1.0, 1.0), 1: (1.1, 1.2)}
    assert not people_are_occluded(frame(0, pair), np.array([True, False]))
    assert not people_are_occluded(frame(0, pair, unconfirmed=[0]), np.array([True, True]))

"""The error of a foot follows the size of its box."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.ground.foot import foot_is_seen, foot_sd_px

CASES = [
    (200.0, False, 6.0, "3 % of a near person"),
    (20.0, False, 1.0, "never better than a pixel"),
    (0.0, False, 1.0, "not even for a box of nothing"),
    (200.0, True, 18.0, "a box nobody found is three times as bad"),
    (20.0, True, 3.0, "the floor is widened too"),
]


@pytest.mark.parametrize(("height", "held", "sd", "why"), CASES)
def test_foot_error(height: float, held: bool, sd: float, why: str) -> None:
    assert foot_sd_px(np.array([height], np.float32), np.array([held])) == pytest.approx([sd]), why


@pytest.mark.parametrize(
    ("bottom_px", "seen", "why"),
    [
        (300, True, "well inside"),
        (477, True, "three px above the edge"),
        (478.5, False, "at the edge: the legs are below it"),
        (480, False, "cut off"),
        (495, False, "a predicted box beyond the picture"),
    ],
)
def test_a_foot_below_the_picture_is_not_seen(bottom_px: float, seen: bool, why: str) -> None:
    box = np.array([[100, 200, 150, bottom_px]], np.float32)
    assert foot_is_seen(box, (640, 480)).tolist() == [seen], why

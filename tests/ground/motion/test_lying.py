"""Lying, by the shape of a box; tests/behaviour/test_fall.py has the same on a floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passerby.ground.motion.lying import lying
from support.rows import frame


@pytest.mark.parametrize(
    ("wh_px", "lies", "why"),
    [
        ((60, 170), False, "stands"),
        ((80, 100), False, "crouches"),
        ((150, 60), True, "lies across the view"),
        ((90, 100), True, "the least width"),
        ((40, 0), True, "no height"),
    ],
)
def test_without_a_floor_the_shape_alone_decides(wh_px: tuple[float, float], lies: bool, why: str) -> None:
    ground = replace(frame(0, {1: (1, 1)}), width_px=np.full(1, wh_px[0]), height_px=np.full(1, wh_px[1]))
    assert lying(ground, None).tolist() == [lies], why

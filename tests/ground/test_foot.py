"""The error of a foot follows the size of its box."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.ground.foot import foot_sd_px

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

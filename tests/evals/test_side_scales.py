"""Speeds by side lengths: right on a plain rectangle, wrong in perspective, absent outside."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.evals.side_scales import SideScales

SQUARE = SideScales(np.array([(0.0, 0), (100, 0), (100, 100), (0, 100)]), np.array([5.0, 5, 5, 5]))


def test_it_is_right_where_nothing_is_in_perspective() -> None:
    assert SQUARE.speed_mps(np.array([10.0, 50]), np.array([30.0, 50]), 1.0) == pytest.approx(1.0)


def test_it_mixes_up_across_and_along() -> None:
    flat = SideScales(np.array([(0.0, 0), (100, 0), (100, 10), (0, 10)]), np.array([5.0, 5, 5, 5]))
    across = flat.speed_mps(np.array([10.0, 5]), np.array([30.0, 5]), 1.0)
    assert across > 3.0  # truly 1 m/s


def test_outside_there_is_no_zone() -> None:
    assert SQUARE.contains(np.array([50.0, 50]))
    assert not SQUARE.contains(np.array([150.0, 50]))

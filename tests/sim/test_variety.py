"""Unrelated pictures: the same seed gives the same."""

from __future__ import annotations

import numpy as np

from passerby.sim.variety import random_frames


def test_the_same_seed_gives_the_same_pictures() -> None:
    first, second = (list(random_frames(6001, 2, (160, 90))) for _ in range(2))
    for (one, _), (other, _) in zip(first, second, strict=True):
        assert np.array_equal(one, other)

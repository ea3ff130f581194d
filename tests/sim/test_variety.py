"""Unrelated pictures: the same seed gives the same, and what is asked for is in them."""

from __future__ import annotations

import numpy as np

from passerby.sim.geometry import PIT_M
from passerby.sim.variety import random_frames

# A platform and an island among the first places.
SEEDS, SIZE = range(6001, 6006), (160, 90)


def test_the_same_seed_gives_the_same_pictures() -> None:
    first, second = (list(random_frames(6001, 2, SIZE)) for _ in range(2))
    for (one, _), (other, _) in zip(first, second, strict=True):
        assert np.array_equal(one, other)


def test_some_people_are_down_on_the_track_and_in_the_picture() -> None:
    down = 0
    for seed in SEEDS:
        for (_, usual), (_, asked) in zip(
            random_frames(seed, 3, SIZE), random_frames(seed, 3, SIZE, on_track=0.4), strict=True
        ):
            assert not (usual.xyz_m[:, 2] == PIT_M).any(), "nobody unless asked for"
            on_bed = asked.xyz_m[:, 2] == PIT_M
            down += int(on_bed.sum())
            left, _, right, bottom = asked.box_px[on_bed].T
            assert ((right > 0) & (left < SIZE[0]) & (bottom > 0)).all()
    assert down >= 10

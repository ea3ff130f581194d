from __future__ import annotations

import numpy as np
import pytest

from passerby.pixels.grid import Grid
from passerby.scene.samples import SLOTS, Samples, median_of_nine

GRID, WH = Grid(4, 3), (40, 30)
ALL = np.ones((3, 4), bool)


def plain(level: int) -> np.ndarray:
    return np.full((WH[1], WH[0], 3), level, np.uint8)


@pytest.mark.parametrize("seed", range(5))
def test_the_median_of_nine_is_the_median(seed: int) -> None:
    chance = np.random.default_rng(seed)
    nine = [chance.integers(0, 256, (150, 30, 3), np.uint8) for _ in range(9)]
    np.testing.assert_array_equal(median_of_nine(nine), np.median(nine, axis=0).astype(np.uint8))


def test_whoever_is_in_less_than_half_of_the_samples_is_not_in_the_median() -> None:
    samples = Samples(GRID, WH)
    for level in (100, 101, 250, 102, 250, 100, 250, 101, 250):
        samples.put(ALL, plain(level))
    assert (samples.count == SLOTS).all()
    assert samples.median.max() <= 102


def test_a_block_has_its_own_samples() -> None:
    samples, one = Samples(GRID, WH), np.zeros((3, 4), bool)
    one[1, 2] = True
    samples.put(one, plain(200))
    assert samples.count.sum() == 1
    assert (samples.median[10:20, 20:30] == 200).all(), "one sample is its own median"
    assert samples.median[:10].max() == 0, "nothing came from elsewhere"
    for _ in range(20):
        samples.put(ALL, plain(50))
    assert (samples.median == 50).all()


def test_what_is_forgotten_has_no_say_any_more() -> None:
    samples = Samples(GRID, WH)
    for _ in range(9):
        samples.put(ALL, plain(250))
    samples.reset(ALL)
    assert not samples.count.any()
    samples.put(ALL, plain(10))
    assert (samples.median == 10).all()


def test_a_sample_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Samples(GRID, WH).put(ALL, np.zeros((3, 3, 3), np.uint8))

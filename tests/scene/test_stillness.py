from __future__ import annotations

import numpy as np
import pytest

from passerby.pixels.grid import Grid
from passerby.scene.stillness import BREAK_S, FREE_S, STILL_S, Stillness

GRID = Grid(20, 10)
NONE = np.zeros((10, 20), np.float32)
BLOCK = 4, 5


def small(t_s: float, sd: float = 1.0, level: int | None = None) -> np.ndarray:
    """A grey small picture with noise; one block has another level."""
    picture = np.full((40, 80, 3), 120.0) + np.random.default_rng(round(t_s * 1000)).normal(0, sd, (40, 80, 3))
    if level is not None:
        picture[16:20, 20:24] = level
    return np.clip(picture, 0, 255).astype(np.uint8)


def watched(until_s: float, sd: float = 1.0) -> Stillness:
    stillness = Stillness(GRID)
    for k in range(round(until_s * 8)):
        stillness.step(small(k / 8, sd), NONE, k / 8)
    return stillness


def test_a_still_place_may_be_learned_after_a_second() -> None:
    assert not watched(STILL_S).is_still().any()
    assert watched(STILL_S + 0.25).is_still().all()


def test_motion_holds_up_its_block_and_those_beside_it() -> None:
    stillness = watched(5.0)
    stillness.step(small(5.0, level=200), NONE, 5.0)
    moved = stillness.quiet_s() == 0
    expected = np.zeros_like(moved)
    expected[3:6, 4:7] = True
    np.testing.assert_array_equal(moved, expected)
    np.testing.assert_array_equal(stillness.is_still(), ~expected)


def test_a_box_holds_up_longer_than_motion() -> None:
    stillness, boxes = watched(5.0), NONE.copy()
    boxes[BLOCK] = 0.1
    stillness.step(small(5.0), boxes, 5.0)
    for k in range(1, 1 + round(8 * FREE_S)):
        assert not stillness.is_free()[BLOCK]
        stillness.step(small(5 + k / 8), NONE, 5 + k / 8)
    assert stillness.is_free().all()


@pytest.mark.parametrize("sd", [0.0, 3.0, 8.0])
def test_noise_is_measured_and_is_no_motion(sd: float) -> None:
    stillness = watched(10.0, sd)
    assert stillness.noise_sd == pytest.approx(max(0.37, sd * 2**0.5), rel=0.25)
    assert stillness.is_still().mean() > 0.98


@pytest.mark.parametrize("gap_s", [BREAK_S + 1, -1.0])
def test_after_a_break_nothing_is_still(gap_s: float) -> None:
    stillness = watched(5.0)
    at_s = 5.0 - 1 / 8 + gap_s
    assert stillness.step(small(at_s), NONE, at_s)
    assert (stillness.quiet_s() == 0).all()
    assert not stillness.step(small(at_s + 1), NONE, at_s + 1)


def test_the_first_picture_is_a_break_too() -> None:
    assert Stillness(GRID).step(small(0.0), NONE, 0.0)

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from passerby.pixels.grid import Grid
from passerby.scene.low_confidence import SETTLED_S, SURE_SCORE, LowConfidence
from passerby.scene.stillness import Stillness

GRID = Grid(20, 10)
Picture = Callable[[float], np.ndarray]
Scores = Callable[[float], np.ndarray]
INSIDE = slice(3, 7), slice(4, 8)


def plain(t_s: float) -> np.ndarray:
    noise = np.random.default_rng(round(t_s * 1000)).normal(0, 1, (40, 80, 3))
    return np.clip(120 + noise, 0, 255).astype(np.uint8)


def moved_at(*times_s: float, row: int = 16) -> Picture:
    """Something moves in one block of the box, at these times."""

    def picture(t_s: float) -> np.ndarray:
        small = plain(t_s)
        if any(0 <= t_s - at_s < 1 for at_s in times_s):
            small[row : row + 4, 20:24] = 200
        return small

    return picture


def creeps(t_s: float) -> np.ndarray:
    """Somebody who leans to and fro by a grey level every four seconds: never motion, another look each minute."""
    small = plain(t_s)
    small[16:24, 20:28] = 30 + abs(t_s / 4 % 300 - 150)
    return small


def low(_: float) -> np.ndarray:
    scores = np.zeros((10, 20), np.float32)
    scores[INSIDE] = 0.3
    return scores


def firm_at(at_s: float) -> Scores:
    return lambda t_s: low(t_s) + np.float32(0.2) * (low(t_s) > 0) * (0 <= t_s - at_s < 1)


def after(until_s: float, picture: Picture = plain, scores: Scores = low, known: bool = False) -> LowConfidence:
    """Watch at a picture a second."""
    stillness, boxes = Stillness(GRID), LowConfidence(GRID)
    blocks = np.full((10, 20), known)
    for t_s in map(float, range(round(until_s))):
        stillness.step(picture(t_s), scores(t_s), t_s)
        boxes.step(picture(t_s), scores(t_s), stillness, blocks, t_s)
    return boxes


def test_a_low_confidence_detection_on_what_never_stirs_settles_after_an_hour() -> None:
    assert not after(SETTLED_S - 5).settled.any()
    settled = after(SETTLED_S + 10).settled
    assert settled[INSIDE].all()
    assert not settled[:, 10:].any(), "where no box lies there is nothing to settle"


@pytest.mark.parametrize(
    ("picture", "scores", "why"),
    [
        (moved_at(300), low, "one block of the box moved: all of it waits"),
        (moved_at(100, 200, 300, 400, 500, 600), low, "somebody fidgets"),
        (creeps, low, "too slow to be motion, but not as it was a minute ago"),
        (plain, firm_at(300), "a firm box"),
    ],
)
def test_what_may_be_somebody_does_not_settle(picture: Picture, scores: Scores, why: str) -> None:
    assert not after(SETTLED_S + 60, picture, scores).settled[INSIDE].any(), why


def test_after_motion_it_takes_another_hour() -> None:
    assert after(50 + SETTLED_S + 15, moved_at(50)).settled[INSIDE].all()


def test_motion_elsewhere_is_no_matter() -> None:
    assert after(SETTLED_S + 10, moved_at(300, row=36)).settled[INSIDE].all()


@pytest.mark.parametrize("known", [False, True])
def test_a_firm_box_undoes_it_until_the_place_is_known(known: bool) -> None:
    """What is known can be compared; there a sure box has the last word, in the redactor."""
    boxes = after(SETTLED_S + 12, scores=firm_at(SETTLED_S + 11), known=known)
    assert boxes.settled[INSIDE].all() == known
    assert not boxes.may_be_learned(SETTLED_S + 11)[INSIDE].any(), "and nothing is learned beside it"


def test_what_is_forgotten_begins_anew() -> None:
    boxes = after(SETTLED_S + 10)
    boxes.reset(boxes.settled.copy(), SETTLED_S + 10)
    assert not boxes.settled.any()
    assert float(low(0).max()) < SURE_SCORE

"""What counts as an object that was put down, from foregrounds drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.people import Tracks
from passerby.contracts.scene import StillObjects
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.pixels.foreground import Foreground
from passerby.pixels.grid import Grid
from passerby.scene.still_objects import GONE_S, MOST_SIDE, StillObjectWatch

WH = (1280, 720)
GRID = Grid.of(WH)
Box = tuple[int, int, int, int]
BAG: Box = (100, 120, 106, 128)


def foreground(*boxes: Box) -> Foreground:
    cells = np.zeros(GRID.small_wh[::-1], np.uint8)
    for x0, y0, x1, y1 in boxes:
        cells[y0:y1, x0:x1] = 255
    known = np.ones((GRID.rows, GRID.columns), bool)
    return Foreground(GRID, known, GRID.any_of(cells), cells)


def people(t_s: float, *boxes_px: Box) -> Tracks:
    n = len(boxes_px)
    boxes = np.array(boxes_px, np.float32).reshape(n, 4)
    return Tracks(
        "cam", Timestamp(round(t_s * NS_PER_S)), WH, np.arange(n), boxes, np.zeros((n, 2)), np.ones(n),
        np.ones(n), np.ones(n, bool), np.zeros(n, bool), np.zeros(0, np.int64),
    )  # fmt: skip


def see(*frames: tuple[Foreground, tuple[Box, ...]], step_s: float = 0.5) -> StillObjects:
    watch, found = StillObjectWatch(), None
    for k, (seen, boxes) in enumerate(frames):
        found = watch.step(seen, people(k * step_s, *boxes))
    assert found is not None
    return found


def test_a_bag_is_one_object_with_its_place_and_age() -> None:
    found = see(*[(foreground(BAG), ())] * 21)
    assert len(found) == 1
    assert found.still_s[0] == 10.0
    assert found.xyxy_px[0] == pytest.approx([400, 480, 424, 512])


def test_an_object_is_as_old_as_the_first_of_it_that_was_seen() -> None:
    """Who puts a bag down and walks away uncovers it bit by bit."""
    foot, whole = foreground((100, 125, 106, 128)), foreground(BAG)
    found = see(*[(foot, ())] * 6, *[(whole, ())] * 15)
    assert found.still_s.tolist() == [10.0]
    assert found.xyxy_px[0] == pytest.approx([400, 480, 424, 512])


def test_what_comes_to_lie_over_an_old_object_is_another() -> None:
    found = see(*[(foreground((100, 125, 106, 128)), ())] * 41, *[(foreground(BAG), ())] * 9)
    assert found.still_s.tolist() == [1.0], "the old one is gone after three seconds"


NO_OBJECTS = [
    (foreground((100, 100, 101, 101)), (), "a speck"),
    (foreground((100, 60, 100 + MOST_SIDE + 1, 80)), (), "a train or a crowd"),
    (foreground(BAG), ((390, 400, 430, 520),), "somebody's box covers it"),
    (foreground(), (), "nothing"),
]


@pytest.mark.parametrize(("seen", "boxes", "why"), NO_OBJECTS, ids=[c[2] for c in NO_OBJECTS])
def test_what_is_no_object(seen: Foreground, boxes: tuple[Box, ...], why: str) -> None:
    assert len(see(*[(seen, boxes)] * 4)) == 0, why


def test_what_moves_is_not_still() -> None:
    walk = [(foreground((100 + 12 * k, 120, 106 + 12 * k, 128)), ()) for k in range(15)]
    assert see(*walk).still_s.max() < GONE_S + 0.5


def test_pieces_a_cell_apart_are_one_object() -> None:
    assert len(see(*[(foreground((100, 120, 106, 123), (100, 124, 106, 128)), ())] * 3)) == 1


def test_somebody_before_it_hides_it_and_it_keeps_its_age() -> None:
    bag, covered = (foreground(BAG), ()), (foreground(), ((380, 400, 440, 520),))
    found = see(*[bag] * 5, *[covered] * 40, *[bag] * 2)
    assert found.still_s.tolist() == [23.0]


def test_what_was_taken_away_is_gone_and_what_is_put_there_is_new() -> None:
    there, empty = (foreground(BAG), ()), (foreground(), ())
    assert len(see(*[there] * 5, *[empty] * 8)) == 0
    assert see(*[there] * 5, *[empty] * 8, *[there] * 3).still_s.tolist() == [1.0]
    assert see(*[there] * 5, *[empty] * 2, *[there] * 3).still_s.tolist() == [4.5]


def test_an_interruption_resets() -> None:
    watch = StillObjectWatch()
    watch.step(foreground(BAG), people(0.0))
    watch.reset()
    assert watch.step(foreground(BAG), people(9.0)).still_s.tolist() == [0.0]

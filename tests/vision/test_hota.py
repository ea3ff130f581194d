"""The measure itself, against cases worked out by hand (support/hota.py)."""

from __future__ import annotations

import numpy as np
import pytest

from support.hota import Frames, Scores, scores

HERE, THERE = (0.0, 0.0, 10.0, 20.0), (100.0, 0.0, 110.0, 20.0)
HALF = (0.0, 0.0, 10.0, 10.0)  # overlaps HERE by exactly one half
Rows = list[tuple[int, int, tuple[float, ...]]]


def frames(rows: Rows) -> Frames:
    """Rows of (frame, number, box)."""
    made: dict[int, tuple[list[int], list[tuple[float, ...]]]] = {}
    for frame, number, box in rows:
        numbers, boxes = made.setdefault(frame, ([], []))
        numbers.append(number)
        boxes.append(box)
    return {f: (np.array(n), np.array(b, np.float32)) for f, (n, b) in made.items()}


def one(number: int, frames_: range, box: tuple[float, ...] = HERE) -> Rows:
    return [(f, number, box) for f in frames_]


ROOT = np.sqrt
CASES: dict[str, tuple[Rows, Rows, Scores]] = {
    "perfect": (one(1, range(4)), one(7, range(4)), Scores(100, 100, 100, 1, 1)),
    "two, perfect, numbers exchanged": (
        one(1, range(4)) + one(2, range(4), THERE),
        one(2, range(4)) + one(1, range(4), THERE),
        Scores(100, 100, 100, 2, 2),
    ),
    "nothing found": (one(1, range(4)), [], Scores(0, 0, 0, 0, 1)),
    "nothing there": ([], one(1, range(4)), Scores(0, 0, -300, 1, 0)),
    # Found in half of the frames: DetA 2/4, AssA 2/4, so sqrt(1/4); IDF1 2*2/(4+2).
    "half the frames": (one(1, range(4)), one(1, range(2)), Scores(50, 66.67, 50, 1, 1)),
    # All found, the number changes in the middle: AssA of each half 2/(4+2-2); one switch in four boxes.
    "a switch": (
        one(1, range(4)),
        one(1, range(2)) + one(2, range(2, 4)),
        Scores(round(100 * float(ROOT(0.5)), 2), 50, 75, 2, 1),
    ),
    # A false box in every frame: DetA 4/8, AssA 1.
    "as many false boxes": (
        one(1, range(4)),
        one(1, range(4)) + one(2, range(4), THERE),
        Scores(round(100 * float(ROOT(0.5)), 2), 66.67, 0, 2, 1),
    ),
    # An overlap of a half passes 10 of the 19 thresholds (0.05 to 0.50).
    "boxes half as high": (one(1, range(4)), one(1, range(4), HALF), Scores(round(1000 / 19, 2), 100, 100, 1, 1)),
    # Away in the middle and back under the old number: no switch.
    "a gap": (
        one(1, range(6)),
        one(1, range(2)) + one(1, range(4, 6)),
        Scores(round(100 * 4 / 6, 2), 80, round(100 * 4 / 6, 2), 1, 1),
    ),
}


@pytest.mark.parametrize(("truth", "reported", "expected"), CASES.values(), ids=list(CASES))
def test_by_hand(truth: Rows, reported: Rows, expected: Scores) -> None:
    assert scores(frames(truth), frames(reported)) == expected


def test_frames_and_numbers_have_no_order() -> None:
    truth = one(1, range(5)) + one(2, range(5), THERE)
    reported = one(4, range(3)) + one(5, range(3, 5)) + one(9, range(5), THERE)
    usual = scores(frames(truth), frames(reported))
    assert scores(frames(truth[::-1]), frames([(f, 100 - n, box) for f, n, box in reported[::-1]])) == usual
    assert 0 < usual.hota < 100

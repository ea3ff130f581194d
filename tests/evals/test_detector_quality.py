"""Average precision against cases small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.evals.detector_labels import Truth, quads
from passerby.evals.detector_quality import ScoredBoxes, by_height, match_truth, quality

A, B, FAR = [0, 0, 10, 20], [30, 0, 40, 20], [200, 200, 210, 220]


def _found(*rows: tuple[list[int], float]) -> ScoredBoxes:
    return ScoredBoxes(quads(box for box, _ in rows), np.asarray([score for _, score in rows], np.float32))


def _truth(*boxes: list[int], ignore: tuple[list[int], ...] = ()) -> Truth:
    return Truth(quads(boxes), quads(ignore))


@pytest.mark.parametrize(
    ("found", "truth", "ap"),
    [
        (_found((A, 0.9), (B, 0.8)), _truth(A, B), 1.0),  # everybody, nobody else
        (_found((A, 0.9), (FAR, 0.8), (B, 0.7)), _truth(A, B), 0.5 + 0.5 * 2 / 3),  # a false box in between
        (_found((A, 0.9), (B, 0.8), (FAR, 0.7)), _truth(A, B), 1.0),  # a false box below all others costs nothing
        (_found((A, 0.9), (A, 0.8)), _truth(A, B), 0.5),  # the second box on the same person is false
        (_found((FAR, 0.9), (A, 0.8)), _truth(A, ignore=(FAR,)), 1.0),  # ignored regions absorb boxes
        (_found((FAR, 0.9)), _truth(A), 0.0),
        (_found(), _truth(A), 0.0),
    ],
)
def test_average_precision(found: ScoredBoxes, truth: Truth, ap: float) -> None:
    assert quality([(found, truth)]).ap50 == pytest.approx(ap, abs=1e-6)


def test_the_better_box_takes_the_person() -> None:
    near = [1, 0, 11, 20]
    right, counts = match_truth(_found((near, 0.5), (A, 0.9)), _truth(A))
    assert right.tolist() == [False, True]
    assert counts.all()


def test_best_f1_names_its_score() -> None:
    result = quality([(_found((A, 0.9), (B, 0.6), (FAR, 0.3)), _truth(A, B))])
    assert (result.best_f1, result.best_score) == (1.0, pytest.approx(0.6))
    assert result.recall_at_90 == 1.0


def test_other_heights_do_not_count_either_way() -> None:
    tall = [100, 0, 140, 100]
    pairs = [(_found((A, 0.9), (tall, 0.95)), _truth(A, tall, B))]
    assert by_height(pairs, 15, 30).people == 2
    assert by_height(pairs, 15, 30).ap50 == pytest.approx(0.5)
    assert by_height(pairs, 80, 200).ap50 == pytest.approx(1.0)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from passerby.contracts.arrays import F32
from passerby.vision.boxes import area, clip, grow, intersection, iou, nms

Box = tuple[float, float, float, float]


def boxes_of(n_max: int = 12, side: int = 20) -> st.SearchStrategy[F32]:
    """Boxes on whole pixels, so that a reference can count cells; may be empty or inverted."""
    shape = st.integers(0, n_max).map(lambda n: (n, 4))
    return hnp.arrays(np.float32, shape, elements=st.integers(0, side).map(float))


def cells(box: F32) -> set[tuple[int, int]]:
    x0, y0, x1, y1 = (int(v) for v in box)
    return {(x, y) for x in range(x0, x1) for y in range(y0, y1)}


def as_boxes(*rows: Box) -> F32:
    return np.array(rows, np.float32).reshape(-1, 4)


@given(boxes_of(5), boxes_of(5))
def test_area_intersection_and_iou_count_the_cells(a: F32, b: F32) -> None:
    in_a, in_b = [cells(box) for box in a], [cells(box) for box in b]
    assert area(a).tolist() == [len(one) for one in in_a]
    assert intersection(a, b).shape == iou(a, b).shape == (len(a), len(b))
    for i, one in enumerate(in_a):
        for j, other in enumerate(in_b):
            assert intersection(a, b)[i, j] == len(one & other)
            assert iou(a, b)[i, j] == pytest.approx(len(one & other) / max(len(one | other), 1))


@given(boxes_of(), boxes_of())
def test_iou_is_symmetric_and_within_0_and_1(a: F32, b: F32) -> None:
    both = iou(a, b)
    np.testing.assert_array_equal(both, iou(b, a).T)
    assert ((both >= 0) & (both <= 1)).all()


@pytest.mark.parametrize(
    ("box", "why"),
    [
        ((5, 5, 5, 5), "a point"),
        ((5, 0, 5, 9), "a line"),
        ((9, 9, 1, 1), "inverted"),
        ((9, 1, 1, 9), "inverted in x only"),
        ((np.nan, 0, 5, 5), "not a number"),
    ],
)
def test_a_degenerate_box_overlaps_nothing(box: Box, why: str) -> None:
    solid = as_boxes((0, 0, 10, 10), box)
    assert iou(as_boxes(box), solid).tolist() == [[0.0, 0.0]], why


def reference_nms(xyxy: F32, score: F32, iou_max: float) -> list[int]:
    """Greedy suppression as the textbook has it, one pair at a time."""
    kept: list[int] = []
    for i in sorted(range(len(score)), key=lambda i: -score[i]):
        one = cells(xyxy[i])
        if one and all(len(one & cells(xyxy[k])) <= iou_max * max(len(one | cells(xyxy[k])), 1e-9) for k in kept):
            kept.append(i)
    return kept


@given(boxes_of(), st.randoms(use_true_random=False), st.sampled_from([0.0, 0.3, 0.55, 0.75]))
def test_nms_is_the_textbook_one(xyxy: F32, chance: object, iou_max: float) -> None:
    # Few distinct scores, so that ties come up: the earlier row wins.
    score = np.array([chance.choice([0.2, 0.5, 0.9]) for _ in xyxy], np.float32)  # type: ignore[attr-defined]
    assert nms(xyxy, score, iou_max).tolist() == reference_nms(xyxy, score, iou_max)


def test_nms_keeps_the_strongest_first_whatever_the_order() -> None:
    xyxy = as_boxes((0, 0, 10, 20), (1, 0, 11, 20), (50, 0, 60, 20), (0, 1, 10, 21))
    score = np.array([0.5, 0.9, 0.95, 0.7], np.float32)
    assert nms(xyxy, score, 0.5).tolist() == [2, 1]


def test_nms_does_not_suppress_through_a_suppressed_box() -> None:
    """B falls to A; C overlaps only B and must live."""
    xyxy = as_boxes((0, 0, 10, 10), (4, 0, 14, 10), (8, 0, 18, 10))
    assert nms(xyxy, np.array([0.9, 0.8, 0.7], np.float32), 0.4).tolist() == [0, 2]


def test_nms_of_nobody_and_of_500() -> None:
    assert nms(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), 0.5).tolist() == []
    same = np.tile(as_boxes((0, 0, 10, 10)), (500, 1))
    rising = np.linspace(0.1, 1, 500, dtype=np.float32)
    assert nms(same, rising, 0.5).tolist() == [499]
    apart = same + np.arange(500, dtype=np.float32)[:, None] * 20
    assert nms(apart, rising, 0.5).tolist() == list(range(499, -1, -1))


@given(boxes_of(), st.tuples(st.integers(1, 15), st.integers(1, 15)))
def test_clip_keeps_the_cells_inside_the_picture(xyxy: F32, wh: tuple[int, int]) -> None:
    picture = cells(np.array([0, 0, *wh], np.float32))
    for before, after in zip(xyxy, clip(xyxy, wh), strict=True):
        assert cells(after) == cells(before) & picture


def test_grow_widens_every_side_by_a_share_of_the_size() -> None:
    assert grow(as_boxes((10, 20, 20, 60)), 0.5).tolist() == [[5, 0, 25, 80]]
    assert grow(as_boxes((10, 20, 20, 60)), 0).tolist() == [[10, 20, 20, 60]]

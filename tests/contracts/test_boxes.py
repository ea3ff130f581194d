"""Area, overlap and margin of boxes, against cells that are counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from passerby.contracts.arrays import F32
from passerby.contracts.boxes import area, grow, intersection, iou
from support.boxes import Box, as_boxes, boxes_of, cells


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


def test_grow_widens_every_side_by_a_share_of_the_size() -> None:
    assert grow(as_boxes((10, 20, 20, 60)), 0.5).tolist() == [[5, 0, 25, 80]]
    assert grow(as_boxes((10, 20, 20, 60)), 0).tolist() == [[10, 20, 20, 60]]


def test_results_have_the_type_of_the_boxes() -> None:
    for boxes in (as_boxes((0, 0, 3, 1)), as_boxes((0, 0, 3, 1)).astype(np.float64)):
        made = area(boxes), intersection(boxes, boxes), iou(boxes, boxes), grow(boxes, 0.1)
        assert {array.dtype for array in made} == {boxes.dtype}

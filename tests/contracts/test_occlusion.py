"""Which people are occluded: one column, made from the boxes."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.occlusion import is_nearer, occluded_rows

PERSON = (100, 200, 150, 300)


@pytest.mark.parametrize(
    ("other", "is_occluded", "why"),
    [
        ((110, 150, 160, 350), True, "a nearer person covers most of the lower edge"),
        ((145, 150, 190, 350), False, "a nearer person covers a tenth of it"),
        ((110, 150, 160, 302), False, "beside each other, at the same distance"),
        ((110, 310, 160, 400), False, "nearer, but below the feet"),
    ],
)
def test_a_nearer_box_over_the_lower_edge_occludes(other: tuple[float, ...], is_occluded: bool, why: str) -> None:
    boxes = np.array([PERSON, other], np.float32)
    assert occluded_rows(boxes, np.ones(2, bool)).tolist() == [is_occluded, False], why


def test_two_nearer_people_occlude_together() -> None:
    boxes = np.array([PERSON, (90, 150, 110, 350), (140, 150, 160, 350)], np.float32)
    assert occluded_rows(boxes, np.ones(3, bool)).tolist() == [True, False, False], "two tenths each"


def test_only_confirmed_boxes_occlude() -> None:
    boxes = np.array([PERSON, (110, 150, 160, 350)], np.float32)
    assert occluded_rows(boxes, np.array([True, False])).tolist() == [False, False], "it may be a false box"
    assert occluded_rows(boxes, np.array([False, True])).tolist() == [True, False], "the occluded one may be new"


def test_no_people() -> None:
    assert occluded_rows(np.zeros((0, 4), np.float32), np.zeros(0, bool)).tolist() == []


def test_nearer_is_lower_by_a_share_of_the_height() -> None:
    bottom = np.array([303.5, 302.5])
    assert is_nearer(bottom, np.full(2, 300.0), np.full(2, 100.0)).tolist() == [True, False]

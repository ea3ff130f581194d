from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.arrays import F32
from passerby.vision.boxes import clip, nms
from support.boxes import as_boxes, boxes_of, cells


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

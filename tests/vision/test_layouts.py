from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from passerby.vision.layouts import (
    LAYOUTS,
    OMZ_ATSS,
    OMZ_SSD,
    PASSERBY,
    YOLOX,
    OutputLayout,
    decode_omz_atss,
    decode_omz_ssd,
    decode_passerby,
    decode_yolox,
    recognise,
)

WH = (64, 96)  # cells at stride 8: 8x12, at 16: 4x6, at 32: 2x3
CELLS = 96 + 24 + 6


def yolox_row(stride: int, cell_xy: tuple[int, int]) -> int:
    """Where YOLOX puts a cell: all cells of stride 8 row by row, then 16, then 32."""
    before = {8: 0, 16: 96, 32: 120}[stride]
    return before + cell_xy[1] * (WH[0] // stride) + cell_xy[0]


@pytest.mark.parametrize(
    ("stride", "cell_xy", "offset_xy", "size_px", "centre_px"),
    [
        (8, (0, 0), (0.5, 0.5), (8, 16), (4, 4)),
        (8, (7, 11), (0.25, 0.75), (4, 4), (58, 94)),
        (16, (1, 2), (0.5, 0.0), (16, 48), (24, 32)),
        (32, (1, 2), (-0.5, -0.5), (20, 70), (16, 48)),
    ],
)
def test_yolox_decodes_a_cell_of_each_stride(
    stride: int,
    cell_xy: tuple[int, int],
    offset_xy: tuple[float, float],
    size_px: tuple[float, float],
    centre_px: tuple[float, float],
) -> None:
    raw = np.zeros((1, CELLS, 85), np.float32)
    row = yolox_row(stride, cell_xy)
    raw[0, row, :2], raw[0, row, 2:4] = offset_xy, np.log(np.array(size_px) / stride)
    raw[0, row, 4:7] = 0.8, 0.5, 0.99  # sure of a thing, half sure of a person, very sure of class 1
    ((xyxy, score),) = decode_yolox({"output": raw}, WH)
    (cx, cy), (w, h) = centre_px, size_px
    np.testing.assert_allclose(xyxy[row], [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], rtol=1e-5)
    assert score[row] == pytest.approx(0.4)
    assert np.count_nonzero(score) == 1


def test_yolox_gives_one_pair_an_image_and_survives_absurd_sizes() -> None:
    raw = np.zeros((3, CELLS, 6), np.float32)
    raw[1, 0, 2:4] = 1e4
    raw[2, 5, 4:6] = 1
    pairs = decode_yolox({"output": raw}, WH)
    assert [(xyxy.shape, score.shape) for xyxy, score in pairs] == [((CELLS, 4), (CELLS,))] * 3
    assert np.isfinite(pairs[1][0]).all()
    assert [np.count_nonzero(score) for _, score in pairs] == [0, 0, 1]
    assert pairs[0][0].dtype == np.float32


def test_atss_keeps_people_only() -> None:
    boxes = np.array([[1, 2, 3, 4, 0.9], [5, 6, 7, 8, 0.8], [9, 9, 19, 19, 0.7]], np.float32)
    labels = np.array([0, 1, 2])  # vehicle, person, bike
    ((xyxy, score),) = decode_omz_atss({"boxes": boxes, "labels": labels}, WH)
    assert xyxy.tolist() == [[5, 6, 7, 8]]
    assert score.tolist() == pytest.approx([0.8])


def test_atss_of_nobody() -> None:
    empty = {"boxes": np.zeros((0, 5), np.float32), "labels": np.zeros(0, np.int64)}
    ((xyxy, score),) = decode_omz_atss(empty, WH)
    assert xyxy.shape == (0, 4)
    assert score.shape == (0,)


def test_ssd_scales_to_the_input_and_drops_other_labels_and_filler_rows() -> None:
    rows = [
        [0, 1, 0.9, 0.25, 0.5, 0.5, 1.0],
        [0, 2, 0.8, 0.0, 0.0, 1.0, 1.0],  # a vehicle
        [-1, 1, 0.7, 0.0, 0.0, 1.0, 1.0],  # image -1: nothing follows
        [0, 1, 0.1, 0.0, 0.0, 0.5, 0.5],
    ]
    ((xyxy, score),) = decode_omz_ssd({"out": np.array(rows, np.float32).reshape(1, 1, -1, 7)}, WH)
    assert xyxy.tolist() == [[16, 48, 32, 96], [0, 0, 32, 48]]
    assert score.tolist() == pytest.approx([0.9, 0.1])


def test_ours_is_decoded_already() -> None:
    boxes, scores = np.arange(24, dtype=np.float32).reshape(2, 3, 4), np.full((2, 3), 0.5, np.float32)
    pairs = decode_passerby({"boxes": boxes, "scores": scores}, WH)
    assert [xyxy.tolist() for xyxy, _ in pairs] == boxes.tolist()
    assert [score.tolist() for _, score in pairs] == scores.tolist()


@pytest.mark.parametrize(
    ("outputs", "layout"),
    [
        ({"boxes": [None, 100, 4], "scores": [None, 100]}, PASSERBY),
        ({"scores": [1, 100], "boxes": [1, 100, 4]}, PASSERBY),
        ({"boxes": [None, 5], "labels": [None]}, OMZ_ATSS),
        ({"detection_out": [1, 1, 200, 7]}, OMZ_SSD),
        ({"output": [1, 3549, 85]}, YOLOX),
        ({"output": [None, 3549, 6]}, YOLOX),
        ({"boxes": [None, 4], "labels": [None]}, None),  # another order of things under the same names
        ({"dets": [1, None, 5], "labels": [1, None]}, None),  # RTMDet
        ({"output": [1, 3549, 5]}, None),  # no class
        ({"output": [1, None, None]}, None),
        ({"output": [1, 1000]}, None),  # a classifier
        ({"output": [1, 3, 64, 64]}, None),  # a picture
        ({}, None),
    ],
)
def test_recognise(outputs: Mapping[str, Sequence[int | None]], layout: OutputLayout | None) -> None:
    assert recognise(outputs) is layout


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_a_box_of_too_low_confidence_to_track_is_still_redacted(layout: OutputLayout) -> None:
    assert 0 < layout.score_floor < layout.score < 1
    assert 0 < layout.nms_iou < 1
    assert LAYOUTS[layout.name] is layout

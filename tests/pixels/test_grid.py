from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from passerby.pixels.grid import BLOCKS, CELLS, MARGIN_MIN_PX, MARGIN_SHARE, Grid, counted, far, grown
from support.seen import Box, frame

NAN, INF = float("nan"), float("inf")
WH = (97, 61)
anywhere = st.floats(-300, 300, width=32) | st.sampled_from([0.0, 97.0, 61.0, NAN, INF, -INF, 3e38, -3e38])
some_boxes = st.lists(st.tuples(anywhere, anywhere, anywhere, anywhere), max_size=6)
size = st.tuples(st.integers(1, 300), st.integers(1, 300))


def must_be_touched(boxes: list[Box], wh: tuple[int, int]) -> np.ndarray:
    """Reference, pixel by pixel: bool (H, W), True wherever a box or its margin touches the pixel."""
    x, y = np.arange(wh[0]), np.arange(wh[1])
    hidden = np.zeros((wh[1], wh[0]), bool)
    for box in boxes:
        if not np.isfinite(box).all():
            hidden[:] = True  # nobody knows where that is
            continue
        x0, x1 = sorted((float(box[0]), float(box[2])))
        y0, y1 = sorted((float(box[1]), float(box[3])))
        mx, my = (max(MARGIN_MIN_PX, MARGIN_SHARE * side) - 1e-3 for side in (x1 - x0, y1 - y0))
        across, down = (x + 1 > x0 - mx) & (x < x1 + mx), (y + 1 > y0 - my) & (y < y1 + my)
        hidden |= across & down[:, None]
    return hidden


@given(some_boxes, size)
@example([(30, 40, 10, 5)], WH)  # inverted: still somebody
@example([(NAN, 0, 10, 10)], WH)
@example([(50, 30, 50, 30)], WH)  # a point
@example([(3e38, 0, -3e38, 10)], WH)  # a width that overflows
def test_every_pixel_of_a_box_and_its_margin_is_in_a_touched_block(boxes: list[Box], wh: tuple[int, int]) -> None:
    grid = Grid.of(wh)
    touched = grid.touched(np.array(boxes, np.float32).reshape(-1, 4), wh)
    y, x = np.nonzero(must_be_touched(boxes, wh))
    assert touched[y * grid.rows // wh[1], x * grid.columns // wh[0]].all()


def test_a_box_touches_what_is_near_it_and_no_more() -> None:
    grid = Grid.of((1280, 720))
    touched = grid.touched(np.array([[320, 320, 480, 480]], np.float32), (1280, 720))
    rows, columns = np.nonzero(touched)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (18, 31, 18, 31)
    assert not grid.touched(np.zeros((0, 4), np.float32), (1280, 720)).any()
    assert not grid.touched(np.array([[2000, 0, 2100, 50]], np.float32), (1280, 720)).any(), "beside the picture"


@pytest.mark.parametrize(
    ("wh", "grid", "why"),
    [
        ((1280, 720), (80, 45), "16 pixels a block"),
        ((720, 1280), (45, 80), "upright"),
        ((1919, 1079), (80, 45), "odd sides"),
        ((5000, 3), (80, 1), "never none"),
        ((1, 1), (80, 80), "one pixel"),
    ],
)
def test_blocks_are_as_many_as_fit(wh: tuple[int, int], grid: tuple[int, int], why: str) -> None:
    of = Grid.of(wh)
    assert (of.columns, of.rows) == grid, why
    assert max(of.columns, of.rows) == BLOCKS
    assert of.small(frame(wh)).shape == (of.rows * CELLS, of.columns * CELLS, 3)


@pytest.mark.parametrize("wh", [(1280, 720), (1920, 1080), (640, 480), (352, 288)])
def test_the_small_picture_has_the_same_brightness_everywhere(wh: tuple[int, int]) -> None:
    ramp = np.linspace(0, 255, wh[0])[None, :, None]
    picture = np.broadcast_to(ramp, (wh[1], wh[0], 3)).astype(np.uint8)
    small = Grid.of(wh).small(frame(bgr=np.ascontiguousarray(picture)))
    np.testing.assert_allclose(small[0, :, 0], np.linspace(0, 255, small.shape[1]), atol=2.5)


def test_two_cells_make_their_block_and_one_may_be_noise() -> None:
    grid = Grid.of((1280, 720))
    for row, column in ((0, 0), (7, 13), (179, 318)):
        mask = np.zeros((180, 320), np.uint8)
        mask[row, column] = 255
        assert not grid.any_of(mask).any()
        mask[row, column + (1 if column % CELLS < CELLS - 1 else -1)] = 255
        assert [*zip(*np.nonzero(grid.any_of(mask)), strict=True)] == [(row // CELLS, column // CELLS)]


def test_blocks_spread_to_any_size_and_grow() -> None:
    grid = Grid.of((1280, 720))
    blocks = np.zeros((45, 80), bool)
    blocks[10, 20] = True
    mask = grid.spread(blocks, (1280, 720))
    assert (np.argwhere(mask > 0).min(0).tolist(), np.argwhere(mask > 0).max(0).tolist()) == (
        [160, 320],
        [175, 335],
    )
    assert grown(blocks, 2).sum() == 25
    assert grown(blocks, 2)[8:13, 18:23].all()


def test_the_strongest_box_of_a_block_counts_and_rectangles_are_counted() -> None:
    grid = Grid(6, 4)
    spans = np.array([[0, 0, 3, 2], [2, 1, 5, 3], [4, 3, 4, 4]], np.intp)
    strongest = grid.strongest(spans, np.array([0.6, 0.2, 0.9], np.float32))
    assert strongest[1, 2] == np.float32(0.6), "where two lie"
    assert (strongest[2, 2:5] == np.float32(0.2)).all()
    assert np.count_nonzero(strongest) == 6 + 5, "the third has no width"
    assert counted(strongest > 0.5, spans).tolist() == [6, 1, 0]


def test_far_is_the_channel_that_differs_most() -> None:
    one, other = np.full((2, 3, 3), 100, np.uint8), np.full((2, 3, 3), 100, np.uint8)
    other[0, 0], other[0, 1], other[1, 2] = (100, 111, 100), (110, 110, 110), (100, 100, 80)
    assert far(one, other, 10.0).tolist() == [[255, 0, 0], [0, 0, 255]]

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.pixels.frame import U8, RawFrame
from passerby.vision.resize import PAD, Fit, letterbox, stretch
from support.seen import frame

Lay = Callable[[RawFrame, U8], Fit]
INPUTS = [(640, 384), (416, 416), (96, 32), (320, 544)]
FRAMES = [(640, 384), (641, 385), (1919, 1079), (97, 401), (33, 32), (300, 20), (48, 64)]


def drawn(wh: tuple[int, int], box: tuple[int, int, int, int]) -> U8:
    picture = np.zeros((wh[1], wh[0], 3), np.uint8)
    picture[box[1] : box[3], box[0] : box[2]] = 255
    return picture


def bright_box(picture: U8) -> list[float]:
    """The edges of the brighter half of a picture, to a fraction of a pixel: from the sums along each axis."""
    light = picture[..., 0].astype(float) / 255
    edges = []
    for axis in (0, 1):
        profile = light.max(axis=axis)
        middle = round(float((profile * np.arange(len(profile))).sum() / profile.sum()))
        edges.append((middle - profile[:middle].sum(), middle + profile[middle:].sum()))
    (x0, x1), (y0, y1) = edges
    return [x0, y0, x1, y1]


@pytest.mark.parametrize("input_wh", INPUTS)
@pytest.mark.parametrize("wh", FRAMES)
@pytest.mark.parametrize("lay", [letterbox, stretch])
def test_a_box_drawn_in_a_frame_comes_back_within_a_pixel(
    lay: Lay, wh: tuple[int, int], input_wh: tuple[int, int]
) -> None:
    w, h = wh
    box = (w // 4, h // 4, w - w // 5, h - h // 6)
    out = np.full((input_wh[1], input_wh[0], 3), 7, np.uint8)
    fit = lay(frame(bgr=drawn(wh, box)), out)
    shrink_xy = np.maximum(1 / np.array(fit.scale_xy), 1)  # a pixel of the input is this many of the frame
    inside = np.where(out == PAD, 0, out).astype(np.uint8)
    back = fit.to_frame(np.array([bright_box(inside)], np.float32))[0]
    assert np.abs(back - box).max() <= max(1.0, *shrink_xy), (back, box)


@pytest.mark.parametrize("input_wh", INPUTS)
@pytest.mark.parametrize("wh", FRAMES)
def test_the_whole_picture_lands_in_the_top_left_and_the_rest_is_grey(
    wh: tuple[int, int], input_wh: tuple[int, int]
) -> None:
    out = np.zeros((input_wh[1], input_wh[0], 3), np.uint8)
    fit = letterbox(frame(bgr=np.full((wh[1], wh[0], 3), 200, np.uint8)), out)
    new_w, new_h = (round(side * scale) for side, scale in zip(wh, fit.scale_xy, strict=True))
    assert (out[:new_h, :new_w] == 200).all()
    assert (out[new_h:] == PAD).all()
    assert (out[:, new_w:] == PAD).all()
    assert new_w == input_wh[0] or new_h == input_wh[1]
    assert new_w / wh[0] == pytest.approx(new_h / wh[1], abs=1 / min(wh))


@given(
    st.tuples(st.integers(1, 300), st.integers(1, 300)),
    st.sampled_from(INPUTS),
    st.sampled_from([letterbox, stretch]),
)
@settings(max_examples=60)
def test_no_size_is_too_odd(wh: tuple[int, int], input_wh: tuple[int, int], lay: Lay) -> None:
    out = np.zeros((input_wh[1], input_wh[0], 3), np.uint8)
    fit = lay(frame(bgr=np.full((wh[1], wh[0], 3), 200, np.uint8)), out)
    assert (out[0, 0] == 200).all()
    sx, sy = fit.scale_xy
    whole = fit.to_frame(np.array([[0, 0, wh[0] * sx, wh[1] * sy]], np.float32))[0]
    np.testing.assert_allclose(whole, [0, 0, *wh], rtol=1e-5)


@pytest.mark.parametrize("wh", [(1, 1), (1, 4000), (4000, 1)])
@pytest.mark.parametrize("lay", [letterbox, stretch])
def test_a_picture_one_pixel_wide(lay: Lay, wh: tuple[int, int]) -> None:
    out = np.zeros((384, 640, 3), np.uint8)
    fit = lay(frame(bgr=np.full((wh[1], wh[0], 3), 200, np.uint8)), out)
    assert (out[0, 0] == 200).all()
    assert all(np.isfinite(fit.scale_xy))


def test_it_writes_into_one_picture_of_a_batch_and_no_other() -> None:
    for lay in (letterbox, stretch):
        batch = np.full((3, 64, 96, 3), 7, np.uint8)
        lay(frame(bgr=np.full((50, 50, 3), 200, np.uint8)), batch[1])
        assert (batch[0] == 7).all()
        assert (batch[2] == 7).all()
        assert (batch[1, 0, 0] == 200).all()


def test_a_fit_of_nobody_is_empty() -> None:
    assert Fit((0.5, 0.5)).to_frame(np.zeros((0, 4), np.float32)).shape == (0, 4)

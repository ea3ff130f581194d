from __future__ import annotations

import copy
import dataclasses
import pickle  # noqa: TID251  to show that it is refused
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from passerby.contracts.people import Detections, Tracks
from passerby.pixels.frame import U8, RawFrame
from passerby.pixels.redact import (
    FILL_BGR,
    MARGIN_MIN_PX,
    MARGIN_SHARE,
    METHOD,
    RedactedImage,
    redact,
    require_redacted,
)
from support.seen import Box, at, found, frame, noise, tracked

WH = (97, 61)
NAN, INF = float("nan"), float("inf")
anywhere = st.floats(-300, 300, width=32) | st.sampled_from([0.0, 97.0, 61.0, NAN, INF, -INF, 3e38, -3e38])
some_boxes = st.lists(st.tuples(anywhere, anywhere, anywhere, anywhere), max_size=6)
size = st.tuples(st.integers(1, 90), st.integers(1, 90))


def is_fill(picture: U8) -> np.ndarray:
    return np.asarray((picture == np.array(FILL_BGR, np.uint8)).all(axis=-1))


def must_be_covered(boxes: Sequence[Box], wh: tuple[int, int]) -> np.ndarray:
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


@given(some_boxes, some_boxes)
@example([(30, 40, 10, 5)], [])  # inverted: still somebody
@example([], [(NAN, 0, 10, 10)])
@example([(50, 30, 50, 30)], [])  # a point
@example([(3e38, 0, -3e38, 10)], [])  # a width that overflows
def test_every_pixel_of_every_box_and_its_margin_is_filled(weak: list[Box], held: list[Box]) -> None:
    raw = frame(WH)
    image = redact(raw, found(weak, wh=WH, score=0.01), tracked(held, wh=WH, held=True))
    hidden = must_be_covered([*weak, *held], WH)
    assert is_fill(image.bgr)[hidden].all()
    assert image.covered >= hidden.mean()


@given(some_boxes)
def test_what_is_not_covered_stays_as_it_was(boxes: list[Box]) -> None:
    raw = frame(WH)
    image = redact(raw, found(boxes, wh=WH), tracked(wh=WH))
    open_ = ~is_fill(image.bgr)
    assert image.covered == pytest.approx(1 - open_.mean())
    assert (image.bgr[open_] == raw.bgr[open_]).all()


@given(some_boxes, st.none() | size, size, st.integers(0, 2**31))
@settings(max_examples=60)
def test_nothing_under_a_box_has_any_effect(
    boxes: list[Box], max_wh: tuple[int, int] | None, wh: tuple[int, int], seed: int
) -> None:
    """Two frames that differ under the boxes only give the same picture: no trace, shrunk or not."""
    one = frame(wh)
    hidden = must_be_covered(boxes, wh)
    picture = one.bgr.copy()
    picture[hidden] = noise(wh, seed)[hidden] - 100
    other = frame(wh, bgr=picture)
    first, second = (redact(raw, found(boxes, wh=wh), tracked(wh=wh), max_wh) for raw in (one, other))
    np.testing.assert_array_equal(first.bgr, second.bgr)


@pytest.mark.parametrize("max_wh", [(50, 50), (33, 7), (1, 1), (96, 61)])
def test_shrinking_keeps_the_inside_of_a_box_pure(max_wh: tuple[int, int]) -> None:
    """The fill comes first, so pixels well inside are exactly the colour and none of the brighter noise."""
    image = redact(frame(WH), found([(-50, -50, 200, 200)], wh=WH), tracked(wh=WH), max_wh)
    assert is_fill(image.bgr).all()


@pytest.mark.parametrize(
    ("wh", "max_wh", "after"),
    [
        ((640, 480), None, (640, 480)),
        ((640, 480), (960, 960), (640, 480)),  # never enlarged
        ((640, 480), (320, 320), (320, 240)),
        ((480, 640), (320, 320), (240, 320)),
        ((1919, 1079), (960, 960), (960, 540)),
        ((4000, 1), (960, 960), (960, 1)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
def test_it_is_shrunk_to_fit(wh: tuple[int, int], max_wh: tuple[int, int] | None, after: tuple[int, int]) -> None:
    assert redact(frame(wh), found(wh=wh), tracked(wh=wh), max_wh).wh == after


def test_the_raw_frame_is_unchanged_and_shares_nothing() -> None:
    for max_wh in (None, WH, (20, 20)):
        raw = frame(WH)
        before = raw.bgr.copy()
        image = redact(raw, found([(0, 0, 50, 50)], wh=WH), tracked(wh=WH), max_wh)
        np.testing.assert_array_equal(raw.bgr, before)
        assert not np.shares_memory(raw.bgr, image.bgr)


def test_500_boxes_and_none() -> None:
    chance = np.random.default_rng(3)
    low = chance.uniform(-20, 640, (500, 2))
    boxes = np.hstack([low, low + chance.uniform(0, 12, (500, 2))]).tolist()
    image = redact(frame(), found(boxes[:250]), tracked(boxes[250:]))
    assert is_fill(image.bgr)[must_be_covered(boxes, (640, 480))].all()
    assert not is_fill(redact(frame(), found(), tracked()).bgr).any()
    assert redact(frame(), found(), tracked()).covered == 0


def test_it_says_when_and_how_it_was_made() -> None:
    image = redact(frame(WH, 2.5, number=9), found(seconds=2.5, wh=WH), tracked(seconds=2.5, wh=WH))
    assert (image.camera, image.number, image.at, image.method) == ("platform-1", 9, at(2.5), METHOD)
    assert repr(image) == "RedactedImage('platform-1', 9, 97x61, 0% covered)"


@pytest.mark.parametrize(
    ("boxes", "tracks", "why"),
    [
        (found(seconds=0.1), tracked(), "found a moment later"),
        (found(), tracked(seconds=-0.1), "followed a moment before"),
        (found(camera="platform-2"), tracked(), "found by another camera"),
        (found(), tracked(camera="platform-2"), "followed by another camera"),
        (found(wh=(320, 240)), tracked(), "found in a smaller picture"),
        (found(), tracked(wh=(320, 240)), "followed in a smaller picture"),
    ],
)
def test_boxes_of_another_frame_are_refused(boxes: Detections, tracks: Tracks, why: str) -> None:
    with pytest.raises(ValueError, match="needs the boxes of the same frame"):
        redact(frame(), boxes, tracks)


def made(raw: RawFrame) -> RedactedImage:
    return redact(raw, found([(0, 0, 50, 50)]), tracked())


@pytest.mark.parametrize(
    "forge",
    [
        lambda raw: RedactedImage(raw.camera, raw.number, raw.at, raw.bgr, 0.0),
        lambda raw: RedactedImage(raw.camera, raw.number, raw.at, raw.bgr, 0.0, METHOD, None),
        lambda raw: RedactedImage(raw.camera, raw.number, raw.at, raw.bgr, 0.0, METHOD, object()),
        lambda raw: dataclasses.replace(made(raw), bgr=raw.bgr),
        lambda raw: dataclasses.replace(made(raw)),
        lambda raw: type("Mine", (RedactedImage,), {})(raw.camera, raw.number, raw.at, raw.bgr, 0.0),
        lambda raw: pickle.dumps(made(raw)),
        lambda raw: RedactedImage.__setstate__(made(raw), [raw.bgr]),  # type: ignore[attr-defined]
        lambda raw: setattr(made(raw), "bgr", raw.bgr),
    ],
)
def test_nothing_but_redact_makes_one(forge: Callable[[RawFrame], object]) -> None:
    with pytest.raises((TypeError, AttributeError)):
        forge(frame())


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda image: copy.deepcopy([image])[0]])
def test_a_copy_is_the_thing_itself(again: Callable[[RedactedImage], RedactedImage]) -> None:
    image = made(frame())
    assert again(image) is image


def test_its_pixels_cannot_be_written_and_no_field_leads_to_the_key() -> None:
    image = made(frame())
    with pytest.raises(ValueError, match="read-only"):
        image.bgr[0] = 0
    assert {field.name for field in dataclasses.fields(image)} == {
        *("camera", "number", "at", "bgr", "covered", "method")
    }


def test_whatever_keeps_pictures_can_ask_for_redacted_ones() -> None:
    class Mine(RedactedImage):
        def __post_init__(self, made_by: object) -> None:
            """Skip the check."""

    raw = frame()
    assert require_redacted(made(raw)).covered > 0
    for other in (raw, raw.bgr, None, Mine(raw.camera, raw.number, raw.at, raw.bgr, 0.0)):
        with pytest.raises(TypeError, match=r"only redacted pictures may be shown or kept, this is a \w+"):
            require_redacted(other)

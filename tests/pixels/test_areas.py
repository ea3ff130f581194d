"""Areas over a redacted picture: drawn where their values say, and never over a raw frame."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from passerby.contracts.arrays import F64
from passerby.pixels.areas import FILL, PictureArea, areas_png
from passerby.pixels.axes import LEFT_PX, LINE_PX, TOP_PX, enlarged
from passerby.pixels.frame import U8
from support.redacted import an_image
from support.seen import frame

WH, FRAME_WH = (800, 400), (1600, 800)
RED, BLUE = (0, 0, 255), (255, 0, 0)


def below(share: float) -> F64:
    """At least 1 in the lower part of the picture, from this fraction of its height on."""
    y = np.repeat(np.linspace(0, 1, 41)[:, None], 4, axis=1)
    return np.asarray(1 + (y - share) / (1 - share))


def drawn(*areas: PictureArea, notes: tuple[str, ...] = ()) -> U8:
    png = areas_png(an_image(wh=WH), areas, notes, FRAME_WH)
    paper = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert paper is not None
    assert paper.shape == (WH[1] + TOP_PX + LINE_PX * (len(areas) + len(notes)), WH[0] + LEFT_PX, 3)
    return np.asarray(paper[TOP_PX : TOP_PX + WH[1], LEFT_PX:], np.uint8)


def test_a_filled_area_is_tinted_once_where_it_is_and_not_elsewhere() -> None:
    far, near = (
        PictureArea("far", RED, below(0.5), is_filled=True),
        PictureArea("near", BLUE, below(0.75), is_filled=True),
    )
    picture, plain = drawn(far, near), enlarged(an_image(wh=WH))
    assert (picture[:190] == plain[:190]).all()
    for rows, colour in ((slice(210, 290), RED), (slice(310, 400), BLUE)):
        tint = (1 - FILL) * plain[rows] + FILL * np.array(colour)
        assert np.abs(picture[rows].astype(float) - tint).max() <= 1


def test_a_border_is_drawn_within_the_picture_and_not_along_its_edge() -> None:
    picture, plain = drawn(PictureArea("sure", RED, below(0.5))), enlarged(an_image(wh=WH))
    assert picture[200, 400].tolist() == list(RED)
    assert (picture[:195] == plain[:195]).all()
    assert (picture[205:] == plain[205:]).all()


def test_an_area_that_is_nowhere_is_only_in_the_legend() -> None:
    picture = drawn(PictureArea("identify", RED, np.zeros((4, 4)), is_filled=True), notes=("of the substream",))
    assert (picture == enlarged(an_image(wh=WH))).all()


def test_a_raw_frame_is_refused() -> None:
    with pytest.raises(TypeError, match="only redacted pictures"):
        areas_png(frame(WH), [], [], FRAME_WH)  # type: ignore[arg-type]

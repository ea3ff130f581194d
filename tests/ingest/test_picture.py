from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorTrc

from passerby.ingest.picture import Pictures, brightness, square_wh
from support.video import turned


def frame(
    wh: tuple[int, int], pix_fmt: str = "yuv420p", colour: tuple[int, int, int] = (200, 100, 50)
) -> av.VideoFrame:
    rgb = np.full((wh[1], wh[0], 3), colour, np.uint8)
    return av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(format=pix_fmt)


@pytest.mark.parametrize(
    "pix_fmt",
    [
        "yuv420p",
        "yuvj420p",
        "yuv422p",
        "yuv444p",
        "nv12",
        "yuv420p10le",
        "p010le",
        "rgb24",
        "bgr0",
        "gbrp",
        "rgb48le",
    ],
)
def test_every_pixel_format_becomes_blue_green_red(pix_fmt: str) -> None:
    bgr = Pictures().bgr(frame((32, 24), pix_fmt))
    assert bgr.shape == (24, 32, 3)
    assert bgr.dtype == np.uint8
    assert bgr.mean(axis=(0, 1)) == pytest.approx([50, 100, 200], abs=4)


@pytest.mark.parametrize("pix_fmt", ["gray", "gray10le", "gray16le", "monow"])
def test_grey_becomes_three_equal_channels(pix_fmt: str) -> None:
    bgr = Pictures().bgr(frame((32, 24), pix_fmt, (255, 255, 255)))
    assert (bgr == 255).all()


@pytest.mark.parametrize("wh", [(1, 1), (63, 47), (641, 3), (1920, 1080)])
def test_any_size(wh: tuple[int, int]) -> None:
    bgr = Pictures().bgr(frame(wh))
    assert bgr.shape == (wh[1], wh[0], 3)
    assert bgr.flags.c_contiguous


def test_another_size_is_scaled_to_the_first_and_counted() -> None:
    pictures = Pictures()
    sizes = [(64, 48), (128, 96), (32, 80), (64, 48)]
    assert [pictures.bgr(frame((w, h))).shape for w, h in sizes] == [(h, w, 3) for w, h in sizes]
    assert pictures.converted == 4


def test_an_array_outlives_its_frame_and_the_next_pictures() -> None:
    pictures = Pictures()
    first = pictures.bgr(frame((64, 48), colour=(10, 10, 10)))
    for _ in range(20):
        pictures.bgr(frame((64, 48), colour=(250, 250, 250)))
    assert first.max() < 20


def test_a_phone_held_upright_is_shown_upright(tmp_path: Path) -> None:
    # The sensor's left becomes the top when the picture is turned a quarter clockwise.
    path = tmp_path / "phone.mp4"
    rgb = np.zeros((48, 64, 3), np.uint8)
    rgb[:, :32] = 255
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        out.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, "rgb24")))
        out.mux(stream.encode())
    with av.open(str(turned(path))) as container:
        bgr = Pictures().bgr(next(container.decode(video=0)))
    assert bgr.shape == (64, 48, 3)
    assert bgr[:28].min() > 200
    assert bgr[36:].max() < 50


ASPECTS = [
    ("square", (640, 360), Fraction(1), (640, 360)),
    ("not said", (640, 360), None, (640, 360)),
    ("half the width", (320, 360), Fraction(2), (640, 360)),
    ("PAL", (704, 576), Fraction(12, 11), (768, 576)),
    ("PAL, wide", (720, 576), Fraction(64, 45), (1024, 576)),
    ("NTSC: the height grows, the width does not shrink", (720, 480), Fraction(8, 9), (720, 540)),
    ("half the height", (704, 288), Fraction(6, 11), (704, 528)),
    ("a rounded header", (1440, 1080), Fraction(1001, 1000), (1440, 1080)),
    ("absurd", (640, 360), Fraction(100), (640, 360)),
    ("absurd", (640, 360), Fraction(1, 100), (640, 360)),
    ("none", (640, 360), Fraction(0), (640, 360)),
    ("negative", (640, 360), Fraction(-2), (640, 360)),
]


@pytest.mark.parametrize(("wh", "aspect", "expected"), [c[1:] for c in ASPECTS], ids=[c[0] for c in ASPECTS])
def test_the_size_with_square_pixels(
    wh: tuple[int, int], aspect: Fraction | None, expected: tuple[int, int]
) -> None:
    assert square_wh(wh, aspect) == expected
    assert Pictures().bgr(frame(wh), aspect).shape[:2] == expected[::-1]


def test_pixels_are_squared_before_the_picture_is_turned(tmp_path: Path) -> None:
    path = tmp_path / "phone.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        out.mux(stream.encode(frame((64, 48))))
        out.mux(stream.encode())
    with av.open(str(turned(path))) as container:
        assert Pictures().bgr(next(container.decode(video=0)), Fraction(2)).shape[:2] == (128, 48)


@pytest.mark.parametrize(
    ("trc", "level", "expected", "curve"),
    [
        (ColorTrc.SMPTE2084, 148, 248, "PQ"),  # diffuse white
        (ColorTrc.ARIB_STD_B67, 191, 248, "HLG"),
        (ColorTrc.BT709, 148, 148, None),
        (ColorTrc.UNSPECIFIED, 148, 148, None),
    ],
)
def test_a_high_dynamic_range_becomes_standard(
    trc: ColorTrc, level: int, expected: int, curve: str | None
) -> None:
    pictures, hdr = Pictures(), frame((32, 24), "yuv420p10le", (level, level, level))
    hdr.color_trc = trc.value
    assert pictures.bgr(hdr).mean() == pytest.approx(expected, abs=5)
    assert pictures.curve == curve


@pytest.mark.parametrize(
    ("pix_fmt", "is_known", "why"),
    [
        ("yuv420p", True, "the usual one"),
        ("nv12", True, "of hardware decoders"),
        ("yuv420p10le", True, "two bytes a sample: the high ones"),
        ("gray", True, "a thermal camera"),
        ("yuyv422", False, "brightness and colours are interleaved"),
        ("rgb24", False, "there is no brightness"),
    ],
)
def test_the_brightness_of_a_picture_without_conversion(pix_fmt: str, is_known: bool, why: str) -> None:
    picture = np.zeros((48, 66, 3), np.uint8)
    picture[:, 40:] = 200
    frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=pix_fmt)
    found = brightness(frame)
    assert (found is not None) == is_known, why
    if found is not None:
        assert found.shape == (48, 66)
        assert found[:, 44:].mean() > 3 * found[:, :36].mean(), why

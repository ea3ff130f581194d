from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.video.reformatter import ColorTrc

from passerby.contracts.time import Timestamp
from passerby.ingest.picture import Pictures, brightness, square_wh
from passerby.pixels.frame import U8, RawFrame
from support.video import turned


def frame(
    wh: tuple[int, int], pix_fmt: str = "yuv420p", colour: tuple[int, int, int] = (200, 100, 50)
) -> av.VideoFrame:
    rgb = np.full((wh[1], wh[0], 3), colour, np.uint8)
    return av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(format=pix_fmt)


def converted(decoded: av.VideoFrame, aspect: Fraction | None = None, pictures: Pictures | None = None) -> U8:
    """The whole picture, as a frame of the pipeline shows it."""
    return raw(decoded, aspect, pictures).bgr


def raw(decoded: av.VideoFrame, aspect: Fraction | None = None, pictures: Pictures | None = None) -> RawFrame:
    return RawFrame("c", 1, Timestamp(0), (pictures or Pictures()).of(decoded, aspect))


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
    bgr = converted(frame((32, 24), pix_fmt))
    assert bgr.shape == (24, 32, 3)
    assert bgr.dtype == np.uint8
    assert bgr.mean(axis=(0, 1)) == pytest.approx([50, 100, 200], abs=4)


@pytest.mark.parametrize("pix_fmt", ["gray", "gray10le", "gray16le", "monow"])
def test_grey_becomes_three_equal_channels(pix_fmt: str) -> None:
    bgr = converted(frame((32, 24), pix_fmt, (255, 255, 255)))
    assert (bgr == 255).all()


@pytest.mark.parametrize("wh", [(1, 1), (63, 47), (641, 3), (1920, 1080)])
def test_any_size(wh: tuple[int, int]) -> None:
    bgr = converted(frame(wh))
    assert bgr.shape == (wh[1], wh[0], 3)
    assert bgr.flags.c_contiguous


def test_another_size_is_scaled_to_the_first_and_counted() -> None:
    pictures = Pictures()
    sizes = [(64, 48), (128, 96), (32, 80), (64, 48)]
    assert [converted(frame((w, h)), pictures=pictures).shape for w, h in sizes] == [(h, w, 3) for w, h in sizes]
    assert pictures.converted == 4


def test_an_array_outlives_its_frame_and_the_next_pictures() -> None:
    pictures = Pictures()
    first = converted(frame((64, 48), colour=(10, 10, 10)), pictures=pictures)
    for _ in range(20):
        converted(frame((64, 48), colour=(250, 250, 250)), pictures=pictures)
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
        bgr = converted(next(container.decode(video=0)))
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
    assert converted(frame(wh), aspect).shape[:2] == expected[::-1]


def test_pixels_are_squared_before_the_picture_is_turned(tmp_path: Path) -> None:
    path = tmp_path / "phone.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        out.mux(stream.encode(frame((64, 48))))
        out.mux(stream.encode())
    with av.open(str(turned(path))) as container:
        assert converted(next(container.decode(video=0)), Fraction(2)).shape[:2] == (128, 48)


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
    assert converted(hdr, pictures=pictures).mean() == pytest.approx(expected, abs=5)
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


def drawn(wh: tuple[int, int], pix_fmt: str) -> av.VideoFrame:
    """A picture with soft structure in all its colours, as cameras have it."""
    rng = np.random.default_rng(3)
    coarse = rng.integers(30, 226, (9, 16, 3), np.uint8)
    soft = cv2.resize(coarse, wh, interpolation=cv2.INTER_CUBIC)
    return av.VideoFrame.from_ndarray(np.asarray(soft, np.uint8), "rgb24").reformat(format=pix_fmt)


PLANAR = ("yuv420p", "yuvj420p", "yuv422p", "nv12", "yuv420p10le", "p010le", "gray")
PACKED = ("rgb24", "yuyv422")


@pytest.mark.parametrize("pix_fmt", [*PLANAR, *PACKED, "yuv420p10be"])
@pytest.mark.parametrize("wh", [(512, 288), (511, 287), (640, 360)])
@pytest.mark.parametrize("averaged", [False, True])
def test_a_small_picture_is_the_whole_one_reduced(pix_fmt: str, wh: tuple[int, int], averaged: bool) -> None:
    shot, pictures = drawn((1280, 720), pix_fmt), Pictures()
    whole, small = RawFrame("c", 1, Timestamp(0), raw(shot).bgr), raw(shot, pictures=pictures)
    one, other = (f.averaged(wh) if averaged else f.sized(wh) for f in (whole, small))
    apart = np.abs(one.astype(int) - other)
    assert one.shape == other.shape == (wh[1], wh[0], 3)
    assert apart.mean() < 2.0, "rounding"
    assert np.percentile(apart, 99.9) <= 6, "colours have half the size of the brightness"


def test_a_small_picture_is_upright_and_square_too(tmp_path: Path) -> None:
    path = tmp_path / "phone.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        out.mux(stream.encode(drawn((640, 360), "yuv420p")))
        out.mux(stream.encode())
    with av.open(str(turned(path))) as container:
        shot = next(container.decode(video=0))
    small = raw(shot, Fraction(2)).sized((180, 640))
    whole = RawFrame("c", 1, Timestamp(0), converted(shot, Fraction(2))).sized((180, 640))
    assert raw(shot, Fraction(2)).wh == (360, 1280)
    assert np.abs(small.astype(int) - whole).mean() < 3.0, "widths were doubled by another filter"

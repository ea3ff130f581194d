"""Converts a decoded picture to BGR arrays: upright, with square pixels and in standard range.

For a smaller array the planes of brightness and colours are reduced as they were decoded, and only the small
picture is converted. Both steps are linear, so the result is the same but for rounding, and costs a fifth
(decision 0026).
"""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Any

import cv2
import numpy as np
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from passerby.ingest.limits import too_large
from passerby.ingest.tone import curve_of, standard_range

U8 = NDArray[np.uint8]
WH = tuple[int, int]
Samples = NDArray[np.uint8] | NDArray[np.uint16]
_TURNS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}
# Cameras have smaller values; a larger one is an error in the header.
_LONGEST_PIXEL = 4
# A smaller difference is a rounded header and does not justify blurring every picture.
_SQUARE_ENOUGH = 0.01
# Of a picture that shows whether a pixel format can be converted, px. Chosen by judgement.
_CHECKED_WH = (16, 16)


def turns(frame: VideoFrame) -> int:
    """Quarter turns counterclockwise, 0 to 3, that make the stream's picture upright."""
    return round(frame.rotation / 90) % 4


def square_wh(wh: WH, pixel_aspect: Fraction | None) -> WH:
    """The size, px, of a picture with square pixels.

    pixel_aspect: width of a pixel over its height. The side that is too short is enlarged, so no detail is lost.
    """
    if not pixel_aspect or not Fraction(1, _LONGEST_PIXEL) <= pixel_aspect <= _LONGEST_PIXEL:
        return wh
    if abs(pixel_aspect - 1) <= _SQUARE_ENOUGH:
        return wh
    width, height = wh
    square = (round(width * pixel_aspect), height) if pixel_aspect > 1 else (width, round(height / pixel_aspect))
    return wh if too_large(square) else square


def upright_wh(frame: VideoFrame, pixel_aspect: Fraction | None = None) -> WH:
    """Width and height, px, of the upright picture with square pixels."""
    width, height = square_wh((frame.width, frame.height), pixel_aspect)
    return (height, width) if turns(frame) % 2 else (width, height)


def brightness(frame: VideoFrame) -> U8 | None:
    """The first plane of a decoded picture, uint8 (H, W): a view, without any conversion.

    It contains the brightness in every planar format of cameras; the high bytes where a sample has two. None for
    packed formats, in which colours are interleaved.
    """
    planes = _planes(frame)
    if planes is None:
        return None
    width_bytes = planes[0].itemsize
    return planes[0].view(np.uint8)[:, width_bytes - 1 :: width_bytes]


class Pictures:
    """The pictures of one source.

    converted: pictures so far. curve: the name of the last picture's curve if it had a high dynamic range.
    """

    def __init__(self) -> None:
        self.converted = 0
        self.curve: str | None = None
        self._checked: tuple[str, int, int] | None = None
        # Kept, because creating a scaler takes more time than a small picture. One for each size that is usual.
        self._scalers: dict[WH, VideoReformatter] = {}

    def of(self, frame: VideoFrame, pixel_aspect: Fraction | None = None) -> DecodedPicture:
        """Return the picture of any pixel format, bit depth and rotation. Raises av.error.FFmpegError if it cannot
        be converted."""
        self.curve = curve_of(frame.color_trc)
        picture = DecodedPicture(frame, pixel_aspect, self.curve, self._scalers)
        kind = frame.format.name, frame.width, frame.height
        if kind != self._checked:
            self._scalers.clear()
            picture.bgr(_CHECKED_WH, cv2.INTER_LINEAR)
            self._checked = kind
        self.converted += 1
        return picture


class DecodedPicture:
    """A picture as it was decoded; see pixels.frame.Pixels. Use it in one thread at a time."""

    def __init__(
        self,
        frame: VideoFrame,
        pixel_aspect: Fraction | None,
        curve: str | None,
        scalers: dict[WH, VideoReformatter],
    ) -> None:
        self._frame, self._curve, self._scalers = frame, curve, scalers
        self._square, self._turn = square_wh((frame.width, frame.height), pixel_aspect), turns(frame)
        self.wh = upright_wh(frame, pixel_aspect)

    def bgr(self, wh: WH, how: int) -> U8:
        """See Pixels. Raises av.error.FFmpegError if the picture cannot be converted."""
        lying = (wh[1], wh[0]) if self._turn % 2 else wh
        plain = self._plain(lying, how)
        if self._curve:
            plain = standard_range(plain, self._curve)
        # Rows of odd widths are padded, which not every consumer of an array supports.
        return np.ascontiguousarray(plain if self._turn == 0 else cv2.rotate(plain, _TURNS[self._turn]), np.uint8)

    def _plain(self, wh: WH, how: int) -> U8:
        if wh == self._square:
            return self._converted(self._frame, wh)
        reduced = _resized(self._frame, wh, how)
        if reduced is not None:
            return self._converted(reduced, wh)
        whole = self._converted(self._frame, self._square)
        return np.asarray(cv2.resize(whole, wh, interpolation=how), np.uint8)

    def _converted(self, frame: VideoFrame, wh: WH) -> U8:
        scaler = self._scalers.setdefault(wh, VideoReformatter())
        return np.asarray(scaler.reformat(frame, *wh, "bgr24", threads=1).to_ndarray(), np.uint8)


def _resized(frame: VideoFrame, wh: WH, how: int) -> VideoFrame | None:
    """Return the frame in the size `wh`, plane by plane; None for packed formats."""
    planes = _planes(frame)
    if planes is None:
        return None
    small = VideoFrame(*wh, frame.format.name)
    small.colorspace, small.color_range = frame.colorspace, frame.color_range
    for plane, out in zip(planes, _planes(small) or (), strict=True):
        cv2.resize(plane, (out.shape[1], out.shape[0]), dst=out, interpolation=how)
    return small


def _planes(frame: VideoFrame) -> list[Samples] | None:
    """Return views of the planes, (H, W) or (H, W, 2) of uint8 or uint16; None if the first one has several
    components, or if samples are not whole bytes in the order of this machine."""
    layout = _layout(frame.format.name)
    if layout is None:
        return None
    return [_view(plane, channels, kind) for plane, (channels, kind) in zip(frame.planes, layout, strict=True)]


@functools.cache
def _layout(pix_fmt: str) -> tuple[tuple[int, np.dtype[Any]], ...] | None:
    """Return number and type of the samples of a pixel of each plane."""
    of = VideoFormat(pix_fmt)
    planes = range(1 + max(component.plane for component in of.components))
    channels = [sum(component.plane == at for component in of.components) for at in planes]
    least, most = (chosen(component.bits for component in of.components) for chosen in (min, max))
    if of.has_palette or of.is_big_endian or channels[0] != 1 or not 8 <= least == most <= 16:
        return None
    kind = np.dtype(np.uint8 if most == 8 else np.uint16)
    return tuple((number, kind) for number in channels)


def _view(plane: VideoPlane, channels: int, kind: np.dtype[Any]) -> Samples:
    rows = np.frombuffer(memoryview(plane), np.uint8, count=plane.line_size * plane.height)
    width_bytes = plane.width * channels * kind.itemsize
    samples = rows.reshape(plane.height, plane.line_size)[:, :width_bytes].view(kind)
    return samples if channels == 1 else samples.reshape(plane.height, plane.width, channels)

"""Converts a decoded picture to a BGR array: upright, with square pixels and in standard range."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from passerby.ingest.limits import too_large
from passerby.ingest.tone import curve_of, standard_range

U8 = NDArray[np.uint8]
WH = tuple[int, int]
_TURNS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}
# Cameras have smaller values; a larger one is an error in the header.
_LONGEST_PIXEL = 4
# A smaller difference is a rounded header and does not justify blurring every picture.
_SQUARE_ENOUGH = 0.01


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
    plane, components = frame.planes[0], frame.format.components
    is_packed = len(components) > 1 and len(frame.planes) == 1
    size, bits = plane.line_size * frame.height, components[0].bits
    if is_packed or bits > 16 or not 0 < size <= plane.buffer_size:
        return None
    samples: U8 = np.frombuffer(memoryview(plane), np.uint8, count=size).reshape(frame.height, plane.line_size)
    return samples[:, : frame.width] if bits <= 8 else samples[:, 1 : 2 * frame.width : 2]


class Pictures:
    """Converts the frames of one source to uint8 (H, W, 3).

    converted: pictures so far. curve: the name of the last picture's curve if it had a high dynamic range.
    """

    def __init__(self) -> None:
        self.converted = 0
        self.curve: str | None = None
        # Kept, because creating a scaler takes more time than a small picture; one thread each, because cameras
        # already run in parallel.
        self._scaler = VideoReformatter()

    def bgr(self, frame: VideoFrame, pixel_aspect: Fraction | None = None) -> U8:
        """Convert any pixel format, bit depth and rotation to BGR. Raises av.error.FFmpegError if that is not
        possible."""
        turn = turns(frame)
        width, height = square_wh((frame.width, frame.height), pixel_aspect)
        plain = self._scaler.reformat(frame, width, height, "bgr24", threads=1).to_ndarray()
        self.converted += 1
        self.curve = curve_of(frame.color_trc)
        if self.curve:
            plain = standard_range(np.asarray(plain, np.uint8), self.curve)
        # Rows of odd widths are padded, which not every consumer of an array supports.
        return np.ascontiguousarray(plain if turn == 0 else cv2.rotate(plain, _TURNS[turn]), np.uint8)

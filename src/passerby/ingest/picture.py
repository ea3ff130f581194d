"""Decoded picture to a BGR array: upright, and of one size for the whole source."""

from __future__ import annotations

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
_TURNS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}


def turns(frame: VideoFrame) -> int:
    """Quarter turns counterclockwise, 0 to 3, that the stream asks for to show the picture upright."""
    return round(frame.rotation / 90) % 4


def upright_wh(frame: VideoFrame) -> tuple[int, int]:
    """Width and height of the picture once it is upright, px."""
    return (frame.height, frame.width) if turns(frame) % 2 else (frame.width, frame.height)


class Pictures:
    """Converts the frames of one source to uint8 (H, W, 3), all as large as the first.

    converted: pictures so far. resized: those of them that came in another size and were scaled.
    """

    def __init__(self) -> None:
        self.wh: tuple[int, int] | None = None
        self.converted = 0
        self.resized = 0
        # Kept, because building a scaler costs more than a small picture does; and one thread each,
        # because cameras already run in parallel.
        self._scaler = VideoReformatter()

    def bgr(self, frame: VideoFrame) -> U8:
        """Any pixel format, bit depth and rotation to BGR. Raises av.error.FFmpegError where there is no way."""
        upright = upright_wh(frame)
        self.wh = self.wh or upright
        turn = turns(frame)
        width, height = (self.wh[1], self.wh[0]) if turn % 2 else self.wh
        plain = self._scaler.reformat(frame, width, height, "bgr24", threads=1).to_ndarray()
        self.converted += 1
        self.resized += upright != self.wh
        # Rows of odd widths come padded, which not every consumer of an array takes.
        return np.ascontiguousarray(plain if turn == 0 else cv2.rotate(plain, _TURNS[turn]), np.uint8)

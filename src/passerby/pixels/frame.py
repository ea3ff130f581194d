"""A raw picture: read-only; copying, pickling and printing are refused."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from typing import NoReturn, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.contracts.arrays import frozen
from passerby.contracts.time import Timestamp

U8 = NDArray[np.uint8]
WH = tuple[int, int]


class Pixels(Protocol):
    """The pixels of one picture in the form in which they are known: decoded, or still to be drawn."""

    @property
    def wh(self) -> WH:
        """Width and height in pixels."""
        ...

    def bgr(self, wh: WH, how: int) -> U8:
        """Return the picture in another size: uint8 (H, W, 3) of `wh`. how: an interpolation of OpenCV."""
        ...


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RawFrame:
    """One decoded picture, converted only in the sizes that are needed.

    number: 1 for the first frame of the video or session; dropped frames count too.
    picture: uint8 (H, W, 3) in BGR, or Pixels. Raises ValueError for an array of another shape.
    """

    camera: str
    number: int
    at: Timestamp
    picture: InitVar[U8 | Pixels]
    _picture: Pixels = field(init=False)
    _sized: dict[WH, U8] = field(init=False, default_factory=dict)

    def __post_init__(self, picture: U8 | Pixels) -> None:
        object.__setattr__(self, "_picture", pixels_of(picture))

    @property
    def wh(self) -> WH:
        """Width and height in pixels."""
        return self._picture.wh

    @property
    def bgr(self) -> U8:
        """The whole picture, uint8 (H, W, 3): converting it takes five times as long as a small one."""
        return self.sized(self.wh)

    def sized(self, wh: WH) -> U8:
        """Return the picture in the size `wh` by bilinear interpolation, uint8 (H, W, 3); a size is made once."""
        if wh not in self._sized:
            bgr = self._picture.bgr(wh, cv2.INTER_LINEAR)
            self._sized[wh] = frozen("bgr", bgr, "uint8", (wh[1], wh[0], 3))
        return self._sized[wh]

    def averaged(self, wh: WH) -> U8:
        """Return the picture in the size `wh`, every pixel a mean of the frame's pixels, uint8 (H, W, 3)."""
        w, h = wh
        if self.wh[0] >= 3 * w and self.wh[1] >= 3 * h:  # one step costs several times as much
            return np.asarray(cv2.resize(self.sized((2 * w, 2 * h)), wh, interpolation=cv2.INTER_AREA), np.uint8)
        return self._picture.bgr(wh, cv2.INTER_AREA)

    def __repr__(self) -> str:
        return f"RawFrame({self.camera!r}, {self.number}, {self.at.s:.3f} s, {self.wh[0]}x{self.wh[1]})"

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("a raw frame stays in the process and thread that decoded it: redact it instead")

    __reduce__ = __reduce_ex__ = __copy__ = __deepcopy__ = __getstate__ = _refuse


def pixels_of(picture: U8 | Pixels) -> Pixels:
    """Return an array, uint8 (H, W, 3) in BGR, as Pixels; it is read-only from then on."""
    if not isinstance(picture, np.ndarray):
        return picture
    return _Array(frozen("bgr", picture, "uint8", (None, None, 3)))


class _Array:
    """A picture that is an array already, uint8 (H, W, 3)."""

    def __init__(self, bgr: U8) -> None:
        self._bgr, self.wh = bgr, (bgr.shape[1], bgr.shape[0])

    def bgr(self, wh: WH, how: int) -> U8:
        """See Pixels."""
        return self._bgr if wh == self.wh else np.asarray(cv2.resize(self._bgr, wh, interpolation=how), np.uint8)

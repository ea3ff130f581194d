"""A raw picture: read-only; copying, pickling and printing are refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from passerby.contracts.arrays import frozen
from passerby.contracts.time import Timestamp

U8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RawFrame:
    """One decoded picture.

    number: 1 for the first frame of the video or session; dropped frames count too.
    bgr: uint8 (H, W, 3).
    """

    camera: str
    number: int
    at: Timestamp
    bgr: U8

    def __post_init__(self) -> None:
        object.__setattr__(self, "bgr", frozen("bgr", self.bgr, "uint8", (None, None, 3)))

    @property
    def wh(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.bgr.shape[1], self.bgr.shape[0]

    def __repr__(self) -> str:
        return f"RawFrame({self.camera!r}, {self.number}, {self.at.s:.3f} s, {self.wh[0]}x{self.wh[1]})"

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("a raw frame stays in the process and thread that decoded it: redact it instead")

    __reduce__ = __reduce_ex__ = __copy__ = __deepcopy__ = __getstate__ = _refuse

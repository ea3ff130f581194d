"""The input of the redactor: boxes, foreground and background of one frame, and no pixel of it."""

from __future__ import annotations

from dataclasses import InitVar, dataclass

from passerby.contracts.arrays import F32, Bools, frozen
from passerby.contracts.time import Timestamp
from passerby.pixels.foreground import Foreground
from passerby.pixels.frame import U8

ONLY_THE_BACKGROUND = object()
"""The key to make a LearnedPicture; only scene.background uses it, and a test holds the code to that."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LearnedPicture:
    """The learned background; only the background of a camera creates it.

    bgr: uint8 (H, W, 3), read-only; undefined in unknown blocks. Raises TypeError elsewhere.
    """

    bgr: U8
    made_by: InitVar[object] = None

    def __post_init__(self, made_by: object) -> None:
        if made_by is not ONLY_THE_BACKGROUND:
            raise TypeError("only passerby.scene.background makes a LearnedPicture")
        object.__setattr__(self, "bgr", frozen("bgr", self.bgr, "uint8", (None, None, 3)))


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """The data that draws one frame without people.

    xyxy_px: float32 (N, 4), every box that counts. sure_px: float32 (M, 4), boxes of people who are certainly
    there. feet_px: float32 (K, 2). touched: bool (rows, columns), blocks that a box touches.
    empty: the present background.
    """

    camera: str
    number: int
    at: Timestamp
    frame_wh: tuple[int, int]
    xyxy_px: F32
    sure_px: F32
    feet_px: F32
    touched: Bools
    foreground: Foreground
    empty: LearnedPicture

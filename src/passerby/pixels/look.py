"""The input of the redactor: boxes, foreground and background of one frame, and no pixel of it."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field

import cv2

from passerby.contracts.arrays import F32, I64, Bools, frozen
from passerby.contracts.time import Timestamp
from passerby.pixels.foreground import Foreground
from passerby.pixels.frame import U8, WH

# Numbers of tracks start at 1.
NO_TRACK = 0
ONLY_THE_BACKGROUND = object()
"""The key to make a LearnedPicture; only scene.background uses it, and a test holds the code to that."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LearnedPicture:
    """The learned background; only the background of a camera creates it.

    bgr: uint8 (H, W, 3), read-only; undefined in unknown blocks. Raises TypeError elsewhere.
    """

    bgr: U8
    made_by: InitVar[object] = None
    _sized: dict[WH, U8] = field(init=False, default_factory=dict)

    def __post_init__(self, made_by: object) -> None:
        if made_by is not ONLY_THE_BACKGROUND:
            raise TypeError("only passerby.scene.background makes a LearnedPicture")
        object.__setattr__(self, "bgr", frozen("bgr", self.bgr, "uint8", (None, None, 3)))

    def sized(self, wh: WH) -> U8:
        """Return the picture reduced to `wh`, uint8 (H, W, 3); undefined beside unknown blocks as well."""
        if wh == (self.bgr.shape[1], self.bgr.shape[0]):
            return self.bgr
        if wh not in self._sized:
            reduced = cv2.resize(self.bgr, wh, interpolation=cv2.INTER_AREA)
            self._sized[wh] = frozen("bgr", reduced, "uint8", (wh[1], wh[0], 3))
        return self._sized[wh]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """The data that draws one frame without people.

    xyxy_px: float32 (N, 4), every box that counts. people_px: float32 (M, 4), the box of each person who is
    certainly there; track: int64 (M,), their track, or NO_TRACK. feet_px: float32 (M, 2).
    touched: bool (rows, columns), blocks that a box touches; still, free: those without motion, and without a box,
    for long enough to be learned. empty: the present background.
    """

    camera: str
    number: int
    at: Timestamp
    frame_wh: tuple[int, int]
    xyxy_px: F32
    people_px: F32
    track: I64
    feet_px: F32
    touched: Bools
    still: Bools
    free: Bools
    foreground: Foreground
    empty: LearnedPicture

    @property
    def covered(self) -> Bools:
        """Blocks that are filled or may contain a person."""
        return self.touched | ~self.foreground.empty


@dataclass(frozen=True, slots=True)
class FigureMarks:
    """The people who are drawn in another way: tracks of people of an open incident, and of people who lie."""

    of_incident: frozenset[int] = frozenset()
    lying: frozenset[int] = frozenset()


NO_MARKS = FigureMarks()

"""The one way from a raw frame to a picture that may be shown or kept.

No pixel of the present frame is copied. What is shown is the background that was learned while nobody was there
(background.py), with a solid shape wherever the frame differs from it. A box in which nothing differs is filled;
if the detector is sure of it, what was learned there is forgotten. So a missed detection shows a shape and no
person; a camera that has just started shows a plain fill. Solid, because neural networks identify blurred and
mosaiced faces (McPherson 2016, arXiv 1609.00408). There is no key and no way back. What remains to go wrong is a
person who is learned: docs/decisions/0006-redaction.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass
from typing import NoReturn, Self

import numpy as np

from passerby.contracts.arrays import F64, frozen
from passerby.contracts.config import Point
from passerby.contracts.settings import RedactionMode
from passerby.contracts.time import Timestamp
from passerby.pixels import paint
from passerby.pixels.frame import U8
from passerby.pixels.look import Look

VERSION = 2
_ONLY_HERE = object()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RedactedImage:
    """A picture without people; only a Redactor can make one, and a copy is the thing itself.

    bgr: uint8 (H, W, 3), read-only. covered: share of the picture that was filled or may hold somebody, 0 to 1.
    """

    camera: str
    number: int
    at: Timestamp
    bgr: U8
    covered: float
    method: str = ""
    made_by: InitVar[object] = None  # not kept, or dataclasses.replace would pass it on with other pixels

    def __post_init__(self, made_by: object) -> None:
        if made_by is not _ONLY_HERE:
            self._refuse()
        object.__setattr__(self, "bgr", frozen("bgr", self.bgr, "uint8", (None, None, 3)))

    @property
    def wh(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.bgr.shape[1], self.bgr.shape[0]

    def __repr__(self) -> str:
        return (
            f"RedactedImage({self.camera!r}, {self.number}, {self.wh[0]}x{self.wh[1]}, {self.covered:.0%} covered)"
        )

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("only passerby.pixels.redact.Redactor makes a RedactedImage")

    def _itself(self, *_: object) -> Self:
        return self

    __copy__ = __deepcopy__ = _itself
    __reduce__ = __reduce_ex__ = __getstate__ = __setstate__ = _refuse


def require_redacted(image: object) -> RedactedImage:
    """Return `image`. Raises TypeError if it is anything but a Redactor's work: for whatever shows or keeps."""
    if type(image) is not RedactedImage:
        raise TypeError(f"only redacted pictures may be shown or kept, this is a {type(image).__name__}")
    return image


class Redactor:
    """The redaction of one camera; it keeps nothing from one frame to the next.

    shown_wh: size of what is shown. places: outlines (px of the frame) for the mode schematic.
    """

    def __init__(
        self,
        shown_wh: tuple[int, int],
        mode: RedactionMode = "silhouette",
        places: Sequence[Sequence[Point]] = (),
    ) -> None:
        self._mode, self._shown_wh = mode, shown_wh
        self._places: list[F64] = [np.array(place, np.float64).reshape(-1, 2) for place in places]

    @property
    def method(self) -> str:
        """How this one redacts, as the evidence says it."""
        return f"{self._mode}-{VERSION}"

    def draw(self, look: Look) -> RedactedImage:
        """Return the frame of `look` without anybody in it. Raises ValueError if its sizes do not fit."""
        bgr, covered = self._drawn(look)
        return RedactedImage(look.camera, look.number, look.at, bgr, covered, self.method, made_by=_ONLY_HERE)

    def _drawn(self, look: Look) -> tuple[U8, float]:
        if self._mode == "schematic":
            return paint.plan(self._shown_wh, self._places, look.feet_px, look.frame_wh), 1.0
        seen = look.foreground
        scene = paint.empty_scene(look.empty.bgr, seen.grid, seen.known)
        if self._mode == "solid":
            paint.boxes(scene, seen, look.xyxy_px, look.frame_wh)
        else:
            paint.silhouettes(scene, seen, look.touched, look.sure_px, look.frame_wh)
        return scene, float(np.mean(look.touched | ~seen.empty))

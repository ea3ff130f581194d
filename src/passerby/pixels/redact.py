"""The only path from a raw frame to a picture that may be shown or stored.

No pixel of the frame is copied. The picture is the learned background (scene/background.py), with a solid shape
wherever the frame differs from it. A box in which nothing differs is filled; with a high score, the background
there is reset. A missed detection therefore shows a shape and no person; a camera that has just started shows a
plain fill. Shapes are solid, because neural networks identify blurred and pixelated faces (McPherson 2016, arXiv
1609.00408). There is no key that restores the frame. The remaining risk is a person who is learned as background:
docs/decisions/0006-redaction.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field
from typing import NoReturn, Self

import cv2
import numpy as np

from passerby.contracts.arrays import F64, Bools, frozen
from passerby.contracts.settings import RedactionMode
from passerby.contracts.time import Timestamp
from passerby.pixels import figure, paint
from passerby.pixels.frame import U8, WH, Pixels, pixels_of
from passerby.pixels.grid import with_margin
from passerby.pixels.look import NO_MARKS, NO_TRACK, FigureMarks, Look
from passerby.pixels.paint import Outline

# Of the method; version 1 filled the boxes of the detector and showed the rest of the frame (decision 0006).
VERSION = 2
_ONLY_HERE = object()


class RedactionError(Exception):
    """A redacted picture could not be drawn, so there is none."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RedactedImage:
    """A picture without people, drawn each time that its pixels are read; only a Redactor creates one, and a copy
    is the same object.

    Until then it is about ten times smaller: most pictures of a camera are kept for a clip that is never written.
    covered: fraction of the picture that was filled or may contain a person, 0 to 1.
    picture: uint8 (H, W, 3) in BGR, or Pixels. Raises ValueError for an array of another shape.
    """

    camera: str
    number: int
    at: Timestamp
    picture: InitVar[U8 | Pixels]
    covered: float
    method: str = ""
    made_by: InitVar[object] = None  # not kept, or dataclasses.replace would pass it on with other pixels
    _picture: Pixels = field(init=False)

    def __post_init__(self, picture: U8 | Pixels, made_by: object) -> None:
        if made_by is not _ONLY_HERE:
            self._refuse()
        object.__setattr__(self, "_picture", pixels_of(picture))

    @property
    def wh(self) -> WH:
        """Width and height in pixels."""
        return self._picture.wh

    @property
    def bgr(self) -> U8:
        """The pixels, uint8 (H, W, 3), read-only. Raises RedactionError if they cannot be drawn."""
        return self.drawn(self.wh)

    def drawn(self, wh: WH) -> U8:
        """Return the pixels in the size `wh`. See `bgr`."""
        how = cv2.INTER_LINEAR if 2 * wh[0] > self.wh[0] else cv2.INTER_AREA
        try:
            return frozen("bgr", self._picture.bgr(wh, how), "uint8", (wh[1], wh[0], 3))
        except Exception as error:  # any error: no picture is better than a raw one
            raise RedactionError(f"a picture of {self.camera!r} could not be redacted") from error

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
    """Return `image`. Raises TypeError unless a Redactor made it; called before pictures are shown or stored."""
    if type(image) is not RedactedImage:
        raise TypeError(f"only redacted pictures may be shown or stored, this is a {type(image).__name__}")
    return image


@dataclass(frozen=True, slots=True, eq=False)
class _Undrawn:
    """The pixels of a redacted picture that are not drawn yet; see pixels.frame.Pixels."""

    redactor: Redactor
    look: Look
    marks: FigureMarks

    @property
    def wh(self) -> WH:
        return self.redactor.shown_wh

    def bgr(self, wh: WH, _how: int) -> U8:
        return self.redactor.pixels(self.look, self.marks, wh)


class Redactor:
    """The redactor of one camera; it has no state between frames.

    shown_wh: size of the shown picture. outlines: of zones and lines, drawn on the fill of blocks that are not
    known.
    """

    def __init__(
        self,
        shown_wh: tuple[int, int],
        mode: RedactionMode = "silhouette",
        outlines: Sequence[Outline] = (),
    ) -> None:
        self._mode, self.shown_wh, self._outlines = mode, shown_wh, tuple(outlines)
        self._fills: dict[WH, U8] = {}

    @property
    def method(self) -> str:
        """The redaction method, as named in evidence."""
        return f"{self._mode}-{VERSION}"

    @property
    def shows_place(self) -> bool:
        """Whether the pictures show the learned background."""
        return self._mode != "schematic"

    def draw(self, look: Look, marks: FigureMarks = NO_MARKS) -> RedactedImage:
        """Return the picture of `look` without people."""
        covered = float(np.mean(look.covered)) if self.shows_place else 1.0
        picture = _Undrawn(self, look, marks)
        return RedactedImage(look.camera, look.number, look.at, picture, covered, self.method, made_by=_ONLY_HERE)

    def pixels(self, look: Look, marks: FigureMarks, wh: WH) -> U8:
        """Draw the picture of `look` in the size `wh`; may be called from several threads."""
        scale = paint.scale_of(wh, look.frame_wh)
        of_incident = np.array([track in marks.of_incident for track in look.track.tolist()], bool)
        if self._mode == "schematic":
            scene = self._fill(wh).copy()
            figure.dots(scene, look.feet_px * scale[:2], of_incident)
            return scene
        seen = look.foreground
        scene = paint.empty_scene(look.empty, wh, seen.grid, seen.known, self._fill(wh))
        if self._mode == "solid":
            paint.blocks(scene, seen)
            paint.boxes(scene, with_margin(look.xyxy_px, look.frame_wh) * scale)
            figure.boxes(scene, with_margin(look.people_px, look.frame_wh) * scale, of_incident)
        else:
            paint.differences(scene, seen, look.touched)
            people_px = with_margin(look.people_px, look.frame_wh, 0.0)
            figure.people(scene, people_px * scale, _lie(look, people_px, marks), of_incident)
        return scene

    def _fill(self, wh: WH) -> U8:
        if wh not in self._fills:
            ground = paint.UNKNOWN_BGR if self.shows_place else paint.PLAN_BGR
            self._fills[wh] = paint.plan(wh, self._outlines, ground)
        return self._fills[wh]


def _lie(look: Look, people_px: F64, marks: FigureMarks) -> Bools:
    """Return which people (M,) lie; a person without a track by the shape of the box, if the picture does not cut
    it."""
    marked = np.array([track in marks.lying for track in look.track.tolist()], bool)
    x0, y0, x1, y1 = people_px.T
    wide = (x1 - x0 >= figure.LYING_WIDE * (y1 - y0)) & (y0 > 0) & (y1 < look.frame_wh[1])
    return np.asarray(marked | (wide & (look.track == NO_TRACK)))

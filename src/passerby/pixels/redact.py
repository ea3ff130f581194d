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

from passerby.contracts.arrays import F32, F64, Bools, frozen
from passerby.contracts.config import Point
from passerby.contracts.people import Detections, Tracks
from passerby.contracts.settings import RedactionMode
from passerby.contracts.time import Timestamp
from passerby.pixels import paint
from passerby.pixels.background import Background, Foreground
from passerby.pixels.frame import U8, RawFrame
from passerby.pixels.grid import Grid, Spans, counted, with_margin
from passerby.pixels.weak_boxes import SURE_SCORE

VERSION = 2
# A box of whose known blocks less than this share differs may be somebody who was learned.
LEARNED_SHARE = 0.1
# A weak box says nothing where at least this share of its blocks is settled and looks as it did.
SETTLED_SHARE = 0.9

# A box is a box, whatever its score.
LEAST_SCORE = np.float32(1e-6)

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
    """The redaction of one camera. Every analysed frame goes through `see`, in order; `show` draws the last one.

    shown_wh: size of what is shown. places: outlines (px of the frame) for the mode schematic.
    """

    def __init__(
        self,
        frame_wh: tuple[int, int],
        shown_wh: tuple[int, int],
        mode: RedactionMode = "silhouette",
        places: Sequence[Sequence[Point]] = (),
    ) -> None:
        self._mode, self._shown_wh = mode, shown_wh
        self._places: list[F64] = [np.array(place, np.float64).reshape(-1, 2) for place in places]
        self._grid = Grid.of(frame_wh)
        self._background = None if mode == "schematic" else Background(self._grid, shown_wh)
        self._trusted = False
        self._last: _Look | None = None

    @property
    def method(self) -> str:
        """How this one redacts, as the evidence says it."""
        return f"{self._mode}-{VERSION}"

    @property
    def foreground(self) -> Foreground | None:
        """Where the last frame seen differs from the place; None if there is none, or in the mode schematic."""
        return None if self._last is None else self._last.seen

    def see(self, frame: RawFrame, found: Detections, tracks: Tracks) -> None:
        """Learn from one frame.

        found, tracks: of this very frame; their union is covered. Raises ValueError if either belongs to another
        frame, because boxes of another moment may miss somebody: no picture is better than that.
        """
        self._last = None  # if anything below fails there is nothing to show
        for evidence in (found, tracks):
            if (evidence.camera, evidence.at, evidence.frame_wh) != (frame.camera, frame.at, frame.wh):
                raise ValueError(f"redaction of {frame!r} needs the boxes of the same frame")
        self._trusted |= bool(tracks.confirmed.any())
        boxes, seen = _Boxes.of(found, tracks, self._grid), None
        if self._background is not None:
            seen, boxes = self._judged(frame, boxes, self._background)
        sure = np.concatenate([found.xyxy_px[found.score >= SURE_SCORE], tracks.xyxy_px[tracks.confirmed]])
        feet, touched = tracks.foot_px[tracks.confirmed], boxes.touched > 0
        self._last = _Look(
            frame.camera, frame.number, frame.at, frame.wh, boxes.xyxy_px, sure, feet, touched, seen
        )

    def _judged(self, frame: RawFrame, boxes: _Boxes, background: Background) -> tuple[Foreground, _Boxes]:
        """Return where the frame shows the learned place, and the boxes that say anything."""
        seen = background.step(frame, boxes.touched, self._trusted)
        boxes = boxes.without(_says_nothing(seen, background.settled, boxes), self._grid)
        doubted, surely = _doubted(seen, boxes)
        background.forget(surely)
        return seen.without(doubted), boxes

    def show(self) -> RedactedImage:
        """Return the last frame seen without anybody in it. Raises ValueError if there is none."""
        look = self._last
        if look is None:
            raise ValueError("there is no frame to show: the redactor has seen none, or could not judge it")
        bgr, covered = self._drawn(look)
        return RedactedImage(look.camera, look.number, look.at, bgr, covered, self.method, made_by=_ONLY_HERE)

    def _drawn(self, look: _Look) -> tuple[U8, float]:
        if self._background is None or look.seen is None:
            return paint.plan(self._shown_wh, self._places, look.feet_px, look.frame_wh), 1.0
        scene = paint.empty_scene(self._background.picture, self._grid, look.seen.known)
        if self._mode == "solid":
            paint.boxes(scene, look.seen, look.xyxy_px, look.frame_wh)
        else:
            paint.silhouettes(scene, look.seen, look.touched, look.sure_px, look.frame_wh)
        return scene, float(np.mean(look.touched | ~look.seen.empty))


@dataclass(frozen=True, slots=True, eq=False)
class _Boxes:
    """Boxes (N, 4) of one frame with their scores; a track's is the highest.

    spans: the blocks that they and their margin touch. is_found: those found in this very frame; a track may be
    held where nobody is any more. touched: the strongest score that touches a block (rows, columns), or 0.
    """

    xyxy_px: F32
    score: F32
    spans: Spans
    is_found: Bools
    touched: F32

    @classmethod
    def of(cls, found: Detections, tracks: Tracks, grid: Grid) -> _Boxes:
        xyxy_px = np.concatenate([found.xyxy_px, tracks.xyxy_px])
        held = np.ones(len(tracks.xyxy_px), np.float32)
        score = np.concatenate([np.nan_to_num(found.score, nan=1.0).clip(LEAST_SCORE), held])
        spans = grid.spans(with_margin(xyxy_px, found.frame_wh), found.frame_wh)
        is_found = np.arange(len(score)) < len(found.score)
        return cls(xyxy_px, score, spans, is_found, grid.strongest(spans, score))

    def without(self, rows: Bools, grid: Grid) -> _Boxes:
        if not rows.any():
            return self
        score, spans = self.score[~rows], self.spans[~rows]
        return _Boxes(self.xyxy_px[~rows], score, spans, self.is_found[~rows], grid.strongest(spans, score))


def _says_nothing(seen: Foreground, settled: Bools, boxes: _Boxes) -> Bools:
    """Return which weak boxes (N,) lie on things that never stir, and which look as ever."""
    if not settled.any():
        return np.zeros(len(boxes.score), bool)
    area = np.prod(boxes.spans[:, 2:] - boxes.spans[:, :2], axis=1)
    as_ever = counted(seen.empty & settled, boxes.spans) >= SETTLED_SHARE * area
    return np.asarray((boxes.score < SURE_SCORE) & as_ever)


def _doubted(seen: Foreground, boxes: _Boxes) -> tuple[Bools, Bools]:
    """Return the blocks of boxes in which all looks as it did when nobody was there, and those of sure ones.

    Either the box is wrong, or somebody is in what was learned.
    """
    doubted, surely = np.zeros_like(seen.known), np.zeros_like(seen.known)
    known, differs = (counted(blocks, boxes.spans) for blocks in (seen.known, seen.differs))
    for row in np.flatnonzero(boxes.is_found & (known > 0) & (differs < LEARNED_SHARE * known)):
        x0, y0, x1, y1 = boxes.spans[row].tolist()
        doubted[y0:y1, x0:x1] = True
        surely[y0:y1, x0:x1] |= boxes.score[row] >= SURE_SCORE
    return doubted, surely


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What is kept of the last frame: no pixel of it, only where it differs from the background."""

    camera: str
    number: int
    at: Timestamp
    frame_wh: tuple[int, int]
    xyxy_px: F32
    sure_px: F32
    feet_px: F32
    touched: Bools
    seen: Foreground | None

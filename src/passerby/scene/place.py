"""The foreground of each frame of one camera: differences from the background, and the boxes that count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F32, I64, Bools
from passerby.contracts.people import Detections, Tracks
from passerby.pixels.foreground import Foreground
from passerby.pixels.frame import RawFrame
from passerby.pixels.grid import Grid, Spans, counted, with_margin
from passerby.pixels.look import NO_TRACK, Look
from passerby.scene.background import Background
from passerby.scene.low_confidence import SURE_SCORE

# If less than this fraction of the known blocks of a box differs, it may be a person who was learned (decision
# 0006). Chosen by judgement; not varied in a measurement.
LEARNED_SHARE = 0.1
# A low-confidence detection is ignored if at least this fraction of its blocks is settled and unchanged (decision
# 0006). Chosen by judgement; not varied in a measurement.
SETTLED_SHARE = 0.9
# Every box counts, at any score. Chosen: any positive number; 0 means that no box touches a block.
LEAST_SCORE = np.float32(1e-6)


class Place:
    """The place in one camera's picture. Every analysed frame passes through `step`, in time order.

    shown_wh: size of the learned picture in a Look.
    """

    def __init__(self, frame_wh: tuple[int, int], shown_wh: tuple[int, int]) -> None:
        self._wh = frame_wh, shown_wh
        self._grid = Grid.of(frame_wh)
        self._background = Background(self._grid, shown_wh)
        self._trusted = False

    def fits(self, frame_wh: tuple[int, int], shown_wh: tuple[int, int]) -> bool:
        """Return whether this place was learned from pictures of this size, to be shown in that size."""
        return self._wh == (frame_wh, shown_wh)

    def step(self, frame: RawFrame, found: Detections, tracks: Tracks) -> Look:
        """Learn from one frame and return its Look.

        found, tracks: of this frame; their union is covered. Raises ValueError if either belongs to another frame,
        because boxes of another moment may miss a person: no picture is better than that.
        """
        for evidence in (found, tracks):
            if (evidence.camera, evidence.at, evidence.frame_wh) != (frame.camera, frame.at, frame.wh):
                raise ValueError(f"{frame!r} needs the boxes of the same frame")
        self._trusted |= bool(tracks.confirmed.any())
        boxes, seen = self._compared(frame, _Boxes.of(found, tracks, self._grid))
        people_px, track, feet_px = _people(found, tracks)
        return Look(
            camera=frame.camera,
            number=frame.number,
            at=frame.at,
            frame_wh=frame.wh,
            xyxy_px=boxes.xyxy_px,
            people_px=people_px,
            track=track,
            feet_px=feet_px,
            touched=boxes.touched > 0,
            still=self._background.still,
            free=self._background.free,
            foreground=seen,
            empty=self._background.picture,
        )

    def _compared(self, frame: RawFrame, boxes: _Boxes) -> tuple[_Boxes, Foreground]:
        """Return the boxes that count, and the differences of the frame from the background."""
        seen = self._background.step(frame, boxes.touched, self._trusted)
        boxes = boxes.without(_says_nothing(seen, self._background.settled, boxes), self._grid)
        doubted, surely = _doubted(seen, boxes)
        self._background.reset(surely)
        return boxes, seen.without(doubted)


def _people(found: Detections, tracks: Tracks) -> tuple[F32, I64, F32]:
    """Return boxes (M, 4), tracks (M,) and feet (M, 2): of the confirmed tracks, and of high-confidence detections
    that match none of them."""
    sure = found.xyxy_px[found.score >= SURE_SCORE]
    followed = tracks.xyxy_px[tracks.confirmed]
    others = sure[~(sure[:, None] == followed[None]).all(axis=2).any(axis=1)]
    x0, _, x1, y1 = with_margin(others, found.frame_wh, 0.0).T
    feet = np.column_stack([(x0 + x1) / 2, y1])
    return (
        np.concatenate([followed, others]),
        np.append(tracks.id[tracks.confirmed], np.full(len(others), NO_TRACK)),
        np.concatenate([tracks.foot_px[tracks.confirmed], feet.astype(np.float32)]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Boxes:
    """Boxes (N, 4) of one frame with their scores; a track has the highest.

    spans: the blocks that they and their margin touch. is_found: detected in this frame; a predicted track may be
    at a place without a person. touched: highest score that touches a block (rows, columns), or 0.
    """

    xyxy_px: F32
    score: F32
    spans: Spans
    is_found: Bools
    touched: F32

    @classmethod
    def of(cls, found: Detections, tracks: Tracks, grid: Grid) -> _Boxes:
        xyxy_px = np.concatenate([found.xyxy_px, tracks.xyxy_px])
        predicted = np.ones(len(tracks.xyxy_px), np.float32)
        score = np.concatenate([np.nan_to_num(found.score, nan=1.0).clip(LEAST_SCORE), predicted])
        spans = grid.spans(with_margin(xyxy_px, found.frame_wh), found.frame_wh)
        is_found = np.arange(len(score)) < len(found.score)
        return cls(xyxy_px, score, spans, is_found, grid.strongest(spans, score))

    def without(self, rows: Bools, grid: Grid) -> _Boxes:
        if not rows.any():
            return self
        score, spans = self.score[~rows], self.spans[~rows]
        return _Boxes(self.xyxy_px[~rows], score, spans, self.is_found[~rows], grid.strongest(spans, score))


def _says_nothing(seen: Foreground, settled: Bools, boxes: _Boxes) -> Bools:
    """Return which low-confidence detections (N,) are on things that never move and are unchanged."""
    if not settled.any():
        return np.zeros(len(boxes.score), bool)
    area = np.prod(boxes.spans[:, 2:] - boxes.spans[:, :2], axis=1)
    as_ever = counted(seen.empty & settled, boxes.spans) >= SETTLED_SHARE * area
    return np.asarray((boxes.score < SURE_SCORE) & as_ever)


def _doubted(seen: Foreground, boxes: _Boxes) -> tuple[Bools, Bools]:
    """Return the blocks of boxes that equal the background, and those of high-confidence boxes among them.

    Either the box is wrong, or a person is in the background.
    """
    doubted, surely = np.zeros_like(seen.known), np.zeros_like(seen.known)
    known, differs = (counted(blocks, boxes.spans) for blocks in (seen.known, seen.differs))
    for row in np.flatnonzero(boxes.is_found & (known > 0) & (differs < LEARNED_SHARE * known)):
        x0, y0, x1, y1 = boxes.spans[row].tolist()
        doubted[y0:y1, x0:x1] = True
        surely[y0:y1, x0:x1] |= boxes.score[row] >= SURE_SCORE
    return doubted, surely

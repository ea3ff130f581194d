"""The foreground of each frame of one camera: differences from the background, and the boxes that count."""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F32, I64, Bools
from passerby.contracts.people import Detections, Tracks
from passerby.pixels.foreground import Foreground
from passerby.pixels.frame import RawFrame
from passerby.pixels.grid import Grid, counted, with_margin
from passerby.pixels.look import NO_TRACK, Look
from passerby.scene.background import Background
from passerby.scene.compare import looks_empty
from passerby.scene.known import KnownBackground
from passerby.scene.low_confidence import SURE_SCORE
from passerby.scene.scene_boxes import SceneBoxes

# A low-confidence detection is ignored if at least this fraction of its blocks is settled and unchanged (decision
# 0006). Chosen by judgement; not varied in a measurement.
SETTLED_SHARE = 0.9


class Place:
    """The place in one camera's picture. Every analysed frame passes through `step`, in time order.

    shown_wh: size of the learned picture in a Look. background: if not given, it is learned while frames arrive.
    """

    def __init__(
        self, frame_wh: tuple[int, int], shown_wh: tuple[int, int], background: KnownBackground | None = None
    ) -> None:
        self._wh = frame_wh, shown_wh
        self._grid = Grid.of(frame_wh)
        self._background = background or Background(self._grid, shown_wh)
        self._trusted = self._is_doubtful = False

    def fits(self, frame_wh: tuple[int, int], shown_wh: tuple[int, int]) -> bool:
        """Return whether this place was learned from pictures of this size, to be shown in that size."""
        return self._wh == (frame_wh, shown_wh)

    def revalidate(self) -> None:
        """Reset what differs from the next picture: the camera may show its place differently from now on."""
        self._is_doubtful = True

    def step(self, frame: RawFrame, found: Detections, tracks: Tracks) -> Look:
        """Learn from one frame and return its Look.

        found, tracks: of this frame; their union is covered. Raises ValueError if either belongs to another frame,
        because boxes of another moment may miss a person: no picture is better than that.
        """
        for evidence in (found, tracks):
            if (evidence.camera, evidence.at, evidence.frame_wh) != (frame.camera, frame.at, frame.wh):
                raise ValueError(f"{frame!r} needs the boxes of the same frame")
        self._trusted |= bool(tracks.confirmed.any())
        boxes, seen = self._compared(frame, SceneBoxes.of(found, tracks, self._grid))
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

    def _compared(self, frame: RawFrame, boxes: SceneBoxes) -> tuple[SceneBoxes, Foreground]:
        """Return the boxes that count, and the differences of the frame from the background."""
        seen = self._background.step(frame, boxes.touched, self._trusted)
        boxes = boxes.without(_says_nothing(seen, self._background.settled, boxes), self._grid)
        doubted, surely = _doubted(seen, boxes)
        self._background.reset(surely | seen.differs if self._is_doubtful else surely)
        self._is_doubtful = False
        return boxes, seen.without(doubted)


def _people(found: Detections, tracks: Tracks) -> tuple[F32, I64, F32]:
    """Return boxes (M, 4), tracks (M,) and feet (M, 2): of the confirmed tracks, and of high-confidence detections
    that match none of them."""
    sure = found.xyxy_px[found.score >= SURE_SCORE]
    followed = tracks.xyxy_px[tracks.confirmed]
    is_followed = np.logical_and.reduce([a[:, None] == b for a, b in zip(sure.T, followed.T, strict=True)])
    others = sure[~is_followed.any(axis=1)]
    x0, _, x1, y1 = with_margin(others, found.frame_wh, 0.0).T
    feet = np.column_stack([(x0 + x1) / 2, y1])
    return (
        np.concatenate([followed, others]),
        np.append(tracks.id[tracks.confirmed], np.full(len(others), NO_TRACK)),
        np.concatenate([tracks.foot_px[tracks.confirmed], feet.astype(np.float32)]),
    )


def _says_nothing(seen: Foreground, settled: Bools, boxes: SceneBoxes) -> Bools:
    """Return which low-confidence detections (N,) are on things that never move and are unchanged."""
    if not settled.any():
        return np.zeros(len(boxes.score), bool)
    area = np.prod(boxes.spans[:, 2:] - boxes.spans[:, :2], axis=1)
    as_ever = counted(seen.empty & settled, boxes.spans) >= SETTLED_SHARE * area
    return np.asarray((boxes.score < SURE_SCORE) & as_ever)


def _doubted(seen: Foreground, boxes: SceneBoxes) -> tuple[Bools, Bools]:
    """Return the blocks of boxes that equal the background, and those of high-confidence boxes among them.

    Either the box is wrong, or a person is in the background.
    """
    doubted, surely = np.zeros_like(seen.known), np.zeros_like(seen.known)
    for row in np.flatnonzero(boxes.is_found & looks_empty(seen.known, seen.differs, boxes.spans)):
        x0, y0, x1, y1 = boxes.spans[row].tolist()
        doubted[y0:y1, x0:x1] = True
        surely[y0:y1, x0:x1] |= boxes.score[row] >= SURE_SCORE
    return doubted, surely

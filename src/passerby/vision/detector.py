"""The interface of person detectors, and the implementation shared by all model families."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from passerby.contracts.arrays import F32
from passerby.contracts.boxes import area
from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.pixels.frame import RawFrame
from passerby.vision.boxes import clip, nms
from passerby.vision.layouts import Boxes, OutputLayout
from passerby.vision.resize import Fit, letterbox, stretch
from passerby.vision.sessions import Session

# Smaller boxes are dropped, px of the frame squared. Chosen by judgement; not varied in a measurement.
MIN_AREA_PX2 = 4.0
# Before suppression. Chosen: a bound for the time of a picture; with the quadratic suppression of that time and a
# score floor of 0.02 a picture took 43 ms with it and 330 ms without it. Other numbers were not measured.
MOST_BOXES = 1000


class Detector(Protocol):
    """Finds people in pictures and computes nothing else about them."""

    @property
    def info(self) -> ModelInfo:
        """The detector's name, checksum, runtime and settings."""
        ...

    @property
    def batch(self) -> int:
        """Largest number of frames per call of the network."""
        ...

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        """Return one Detections per frame, in order; frames may come from different cameras and sizes.

        Rows are sorted by score, highest first; may be called from several threads.
        """
        ...


class PersonDetector:
    """A network of a known layout on either runtime.

    Pictures are put into one input as far as the network takes a batch.
    """

    def __init__(self, session: Session, layout: OutputLayout, info: ModelInfo) -> None:
        self._session, self._layout, self._info = session, layout, info

    @property
    def info(self) -> ModelInfo:
        """See Detector."""
        return self._info

    @property
    def batch(self) -> int:
        """See Detector."""
        return self._session.batch if self._layout.batched else 1

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        """See Detector."""
        found: list[Detections] = []
        for start in range(0, len(frames), self.batch):
            found += self._detect_batch(frames[start : start + self.batch])
        return found

    def _detect_batch(self, frames: Sequence[RawFrame]) -> list[Detections]:
        pictures = self._session.pictures()
        lay = letterbox if self._layout.letterbox else stretch
        fits = [lay(frame, pictures[i]) for i, frame in enumerate(frames)]
        decoded = self._layout.decode(self._session.run(len(frames)), self._session.input_wh)
        return [self._people(*triple) for triple in zip(frames, fits, decoded, strict=True)]

    def _people(self, frame: RawFrame, fit: Fit, boxes: Boxes) -> Detections:
        xyxy, score = _strong_and_finite(*boxes, self._layout.score_floor)
        xyxy = clip(fit.to_frame(xyxy), frame.wh)
        keep = nms(xyxy, score, self._layout.nms_iou)
        keep = keep[area(xyxy[keep]) >= MIN_AREA_PX2]
        return Detections(frame.camera, frame.at, frame.wh, xyxy[keep], np.clip(score[keep], 0, 1))


def _strong_and_finite(xyxy: F32, score: F32, floor: float) -> Boxes:
    """Return the boxes with a score of at least `floor`, at most MOST_BOXES of them with the highest scores."""
    keep = np.flatnonzero(score >= floor)
    keep = keep[np.isfinite(xyxy[keep]).all(axis=1)]
    if len(keep) > MOST_BOXES:
        keep = keep[np.argsort(-score[keep], kind="stable")[:MOST_BOXES]]
    return xyxy[keep], score[keep]

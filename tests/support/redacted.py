"""Redacted pictures with known pixels, for what shows and keeps them; made with the redactor's own key.

Outside the tests only a Redactor has it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from passerby.contracts.people import Detections, Tracks
from passerby.contracts.settings import RedactionMode
from passerby.contracts.time import Timestamp
from passerby.pixels import redact as redact_module
from passerby.pixels.frame import RawFrame
from passerby.pixels.look import NO_MARKS, FigureMarks, Look
from passerby.pixels.paint import Outline
from passerby.pixels.redact import RedactedImage, Redactor
from passerby.scene.place import Place

FILL_BGR = (46, 128, 238)
METHOD = "silhouette-2"


def redact(raw: RawFrame, found: Detections, tracks: Tracks) -> RedactedImage:
    """The pixels of `raw` with the boxes filled."""
    bgr = raw.bgr.copy()
    hidden = np.zeros(bgr.shape[:2], bool)
    for x0, y0, x1, y1 in np.concatenate([found.xyxy_px, tracks.xyxy_px]).round().astype(int):
        hidden[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] = True
    bgr[hidden] = FILL_BGR
    return RedactedImage(
        raw.camera, raw.number, raw.at, bgr, float(hidden.mean()), METHOD, made_by=redact_module._ONLY_HERE
    )


def an_image(camera: str = "hall", number: int = 1, wh: tuple[int, int] = (32, 16)) -> RedactedImage:
    """A grey redacted picture."""
    grey = np.full((wh[1], wh[0], 3), 128, np.uint8)
    return RedactedImage(camera, number, Timestamp(0), grey, 0.0, METHOD, made_by=redact_module._ONLY_HERE)


class Redaction:
    """A place and its redactor, wired as one camera's step wires them."""

    def __init__(
        self,
        frame_wh: tuple[int, int],
        shown_wh: tuple[int, int],
        mode: RedactionMode = "silhouette",
        outlines: Sequence[Outline] = (),
    ) -> None:
        self.place, self.redactor = Place(frame_wh, shown_wh), Redactor(shown_wh, mode, outlines)
        self.look: Look | None = None

    def see(self, frame: RawFrame, found: Detections, tracks: Tracks) -> None:
        self.look = None
        self.look = self.place.step(frame, found, tracks)

    def show(self, marks: FigureMarks = NO_MARKS) -> RedactedImage:
        assert self.look is not None, "there is no frame to show"
        return self.redactor.draw(self.look, marks)

"""Redacted pictures with known pixels, for what shows and keeps them; made with the redactor's own key.

Outside the tests only a Redactor has it.
"""

from __future__ import annotations

import numpy as np

from passerby.contracts.people import Detections, Tracks
from passerby.pixels import redact as room
from passerby.pixels.frame import RawFrame
from passerby.pixels.redact import RedactedImage

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
        raw.camera, raw.number, raw.at, bgr, float(hidden.mean()), METHOD, made_by=room._ONLY_HERE
    )

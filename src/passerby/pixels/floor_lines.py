"""Floor lines over a redacted picture, as PNG: the only display of a calibration on a camera's picture."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from passerby.contracts.arrays import F64
from passerby.pixels.axes import enlarged, with_axes
from passerby.pixels.frame import U8
from passerby.pixels.redact import RedactedImage

# Colours (blue, green, red) that differ from the shapes of paint.py. Chosen by eye.
METRE_BGR, FIVE_BGR, HORIZON_BGR = (120, 200, 60), (60, 255, 120), (40, 140, 255)
# Lines are drawn to a sixteenth of a pixel. Chosen by judgement.
_FRACTION_BITS = 4


def grid_png(
    image: RedactedImage, lines: Sequence[tuple[bool, F64]], horizon_px: F64, picture_wh: tuple[int, int]
) -> bytes:
    """Return `image` with floor lines and the horizon drawn over it, within pixel axes, as a PNG.

    lines: (drawn bold, points (N, 2)) and horizon_px, its two ends: in pixels of the frame, of size `picture_wh`.
    Raises TypeError if the picture is not redacted.
    """
    bgr = enlarged(image)
    scale = bgr.shape[1] / picture_wh[0]
    for bold, points in sorted(lines, key=lambda line: line[0]):
        _draw(bgr, points * scale, FIVE_BGR if bold else METRE_BGR, 2 if bold else 1)
    _draw(bgr, np.clip(horizon_px * scale, -1e4, 1e4), HORIZON_BGR, 2)
    return with_axes(bgr, picture_wh, grid=False)


def _draw(bgr: U8, points_px: F64, colour: tuple[int, int, int], thick: int) -> None:
    fine = np.round(points_px * 2**_FRACTION_BITS).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(bgr, [fine], False, colour, thick, cv2.LINE_AA, _FRACTION_BITS)

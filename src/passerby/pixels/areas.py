"""Areas over a redacted picture with a legend, as PNG: what a camera's picture is good for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F64
from passerby.pixels.axes import LegendLine, enlarged, with_axes
from passerby.pixels.frame import U8
from passerby.pixels.redact import RedactedImage

# Of the colour of a filled area, over the picture, 0 to 1. Widths of borders, px. Chosen by eye.
FILL, THIN_PX, THICK_PX = 0.3, 1, 3


@dataclass(frozen=True, slots=True, eq=False)
class PictureArea:
    """The part of a picture in which `value` (rows, columns), spread over it, is at least 1.

    words: in the legend. is_filled: its inside is tinted, over that of earlier areas; else it has a thick border.
    """

    words: str
    bgr: tuple[int, int, int]
    value: F64
    is_filled: bool = False


def areas_png(
    image: RedactedImage, areas: Sequence[PictureArea], notes: Sequence[str], picture_wh: tuple[int, int]
) -> bytes:
    """Return `image` with areas over it, within pixel axes and above a legend, as a PNG.

    notes: more lines of the legend. picture_wh: size of the frame. Raises TypeError if the picture is not
    redacted.
    """
    bgr = enlarged(image)
    inside = [_inside(area, bgr) for area in areas]
    tint = bgr.copy()
    for area, part in zip(areas, inside, strict=True):
        if area.is_filled:
            cv2.copyTo(np.full_like(bgr, area.bgr), part, tint)
    cv2.addWeighted(tint, FILL, bgr, 1 - FILL, 0, dst=bgr)
    for area, part in zip(areas, inside, strict=True):
        _border(bgr, area, part)
    legend = [LegendLine(area.words, area.bgr) for area in areas] + [LegendLine(note) for note in notes]
    return with_axes(bgr, picture_wh, grid=False, legend=legend)


def _inside(area: PictureArea, bgr: U8) -> U8:
    """Return 1 inside the area and 0 outside, (H, W)."""
    # Far beyond the border, so that a large value does not move it.
    value = np.clip(area.value, 0.0, 2.0).astype(np.float32)
    return np.asarray(cv2.resize(value, bgr.shape[1::-1], interpolation=cv2.INTER_LINEAR) >= 1, np.uint8)


def _border(bgr: U8, area: PictureArea, inside: U8) -> None:
    """Draw the border of an area within the picture; the edge of the picture is none."""
    wider = np.pad(inside, 2 * THICK_PX, mode="edge")
    borders, _ = cv2.findContours(wider, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    width, offset = THIN_PX if area.is_filled else THICK_PX, (-2 * THICK_PX, -2 * THICK_PX)
    cv2.drawContours(bgr, borders, -1, area.bgr, width, cv2.LINE_AA, offset=offset)

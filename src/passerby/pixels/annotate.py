"""Draws the data of a rule onto a redacted picture: lines and letters are added, nothing is uncovered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.pixels.frame import U8
from passerby.pixels.redact import _ONLY_HERE, RedactedImage, require_redacted

Share = tuple[float, float]
"""A point as fractions of the picture's width and height, for a picture of any size."""

# Colours (blue, green, red). Chosen by eye.
OUTLINE_BGR, PATH_BGR, TEXT_BGR, SHADOW_BGR = (225, 225, 225), (0, 130, 255), (255, 255, 255), (32, 32, 32)
# Chosen: a font that OpenCV contains.
_FONT = cv2.FONT_HERSHEY_SIMPLEX
# One thread writes all words, because OpenCV 5 keeps 6 MB for each thread that ever wrote some.
_LETTERS = ThreadPoolExecutor(1, "letters")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing: the outline of a zone (closed) or line, the path of a person, and some words.

    Points are fractions of width and height; those outside the picture are clipped. words: ASCII is drawn, else
    "?".
    """

    outline: tuple[Share, ...] = ()
    closed: bool = True
    path: tuple[Share, ...] = ()
    words: str = ""


def annotate(image: RedactedImage, drawing: Drawing) -> RedactedImage:
    """Return the picture with the drawing. Raises TypeError if it is not redacted."""
    bgr = require_redacted(image).bgr.copy()
    height = bgr.shape[0]
    width = max(1, round(height / 300))
    _line(bgr, drawing.outline, OUTLINE_BGR, width, closed=drawing.closed)
    _line(bgr, drawing.path, PATH_BGR, 2 * width, closed=False)
    if drawing.path:
        (foot,) = _pixels(drawing.path[-1:], bgr)
        cv2.circle(bgr, foot.tolist(), 3 * width, PATH_BGR, cv2.FILLED, cv2.LINE_AA)
    if drawing.words:
        _LETTERS.submit(_write, bgr, drawing.words, max(0.35, height / 900), width).result()
    return replace(image, picture=bgr, made_by=_ONLY_HERE)


def _line(bgr: U8, points: tuple[Share, ...], colour: tuple[int, int, int], width: int, *, closed: bool) -> None:
    if len(points) > 1:
        cv2.polylines(bgr, [_pixels(points, bgr)], closed, colour, width, cv2.LINE_AA)


def _pixels(points: tuple[Share, ...], bgr: U8) -> NDArray[np.int32]:
    """Return fractions as whole pixels (N, 2); distant points are moved near, because OpenCV would overflow."""
    shares = np.clip(np.nan_to_num(np.array(points, np.float64)), -4.0, 5.0)
    return np.rint(shares * (bgr.shape[1], bgr.shape[0])).astype(np.int32)


def _write(bgr: U8, words: str, size: float, width: int) -> None:
    text = words.encode("ascii", "replace").decode()
    (_, high), below = cv2.getTextSize(text, _FONT, size, width)
    at = (2 * below, bgr.shape[0] - 2 * below)
    cv2.rectangle(bgr, (0, at[1] - high - below), (bgr.shape[1], bgr.shape[0]), SHADOW_BGR, cv2.FILLED)
    cv2.putText(bgr, text, at, _FONT, size, TEXT_BGR, width, cv2.LINE_AA)

"""A pattern painted on every head of the simulated station, and looking for it in everything that a run wrote."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from passerby.pixels.frame import U8
from passerby.sim.truth import FrameTruth
from support.figures import pictures

DICTIONARY = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
NUMBER = 7
LIKE = 0.86
JPEG = re.compile(rb"data:image/jpeg;base64,([A-Za-z0-9+/=]+)")


def marked(bgr: U8, truth: FrameTruth) -> U8:
    """The picture with the pattern on every head in sight."""
    picture = bgr.copy()
    height, width = picture.shape[:2]
    for (x0, y0, x1, y1), seen in zip(truth.box_px, truth.visibility, strict=True):
        side = round(max(18, 0.2 * (y1 - y0)))
        left, top = round((x0 + x1 - side) / 2), round(y0)
        inside = left >= 0 and top >= 0 and left + side <= width and top + side <= height
        if seen > 0.3 and inside:
            pattern = cv2.aruco.generateImageMarker(DICTIONARY, NUMBER, 60)
            small = cv2.resize(pattern, (side, side), interpolation=cv2.INTER_AREA)
            picture[top : top + side, left : left + side] = small[..., None]
    return picture


def found_in(picture: U8) -> int:
    """How often a decoder or a comparison at many sizes finds the pattern."""
    large = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    numbers = cv2.aruco.ArucoDetector(DICTIONARY).detectMarkers(np.asarray(large))[1]
    decoded = 0 if numbers is None else int((numbers == NUMBER).sum())
    return decoded + sum(_compared(picture, side) for side in (9, 12, 16, 20, 26))


def _compared(picture: U8, side: int) -> int:
    pattern = cv2.resize(
        cv2.aruco.generateImageMarker(DICTIONARY, NUMBER, 60), (side, side), interpolation=cv2.INTER_AREA
    )
    if min(picture.shape[:2]) < side:
        return 0
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return int((cv2.matchTemplate(grey, pattern, cv2.TM_CCOEFF_NORMED) > LIKE).sum())


def everything_in(folder: Path) -> Iterator[U8]:
    """Every picture of every file below a folder, those inside of a page included."""
    for path in folder.rglob("*"):
        if path.suffix in {".jpg", ".mp4"}:
            yield from pictures(path)
        elif path.is_file():
            for embedded in JPEG.findall(path.read_bytes()):
                yield np.asarray(cv2.imdecode(np.frombuffer(base64.b64decode(embedded), np.uint8), 1), np.uint8)

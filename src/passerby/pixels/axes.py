"""Pixel axes around a redacted picture, to read coordinates for zones and lines from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.errors import StoreError
from passerby.pixels.frame import U8
from passerby.pixels.redact import RedactedImage, require_redacted

# Distances of the ticks, px of the picture, and the most ticks along the longer side. Chosen: labels stay apart.
STEPS_PX, MOST_TICKS = (5, 10, 20, 50, 100, 200, 500, 1000), 20
# A smaller picture is enlarged by a whole factor, px: labels are legible then. Chosen by eye.
WIDE_PX = 800
# Margins for the labels, left and top, and the height of a line of the legend, px. Colours (blue, green, red) and
# font size. Chosen by eye.
LEFT_PX, TOP_PX, LINE_PX = 44, 22, 20
PAPER_BGR, INK_BGR, GRID_BGR, GRID_SHARE = (250, 250, 250), (30, 30, 30), (255, 255, 255), 0.35
_FONT, _SIZE = cv2.FONT_HERSHEY_SIMPLEX, 0.4


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A line below a picture; with a colour, behind a square of it. words: ASCII is drawn, else "?"."""

    words: str
    bgr: tuple[int, int, int] | None = None


def enlarged(image: RedactedImage) -> U8:
    """Return the picture, enlarged if it is small, uint8 (H, W, 3). Raises TypeError if it is not redacted."""
    bgr = require_redacted(image).bgr
    times = max(1, round(WIDE_PX / bgr.shape[1]))
    return np.asarray(cv2.resize(bgr, None, fx=times, fy=times, interpolation=cv2.INTER_LINEAR), np.uint8)


def with_axes(bgr: U8, picture_wh: tuple[int, int], *, grid: bool, legend: Sequence[LegendLine] = ()) -> bytes:
    """Return a picture (H, W, 3) within axes in pixels of the frame, of size `picture_wh`, as PNG.

    grid: draw a faint line at each tick. legend: lines below the picture.
    """
    h, w = bgr.shape[:2]
    paper: U8 = np.full((h + TOP_PX + LINE_PX * len(legend), w + LEFT_PX, 3), PAPER_BGR, np.uint8)
    shown = bgr.copy()
    across, down = [*_ticks(picture_wh[0], w, picture_wh)], [*_ticks(picture_wh[1], h, picture_wh)]
    if grid:
        for _, at in across:
            cv2.line(shown, (at, 0), (at, h), GRID_BGR, 1)
        for _, at in down:
            cv2.line(shown, (0, at), (w, at), GRID_BGR, 1)
        cv2.addWeighted(shown, GRID_SHARE, bgr, 1 - GRID_SHARE, 0, dst=shown)
    paper[TOP_PX : TOP_PX + h, LEFT_PX:] = shown
    for px, at in across:
        cv2.line(paper, (LEFT_PX + at, TOP_PX - 5), (LEFT_PX + at, TOP_PX - 1), INK_BGR, 1)
        _label(paper, str(px), LEFT_PX + at, TOP_PX - 8, centred=True)
    for px, at in down:
        cv2.line(paper, (LEFT_PX - 5, TOP_PX + at), (LEFT_PX - 1, TOP_PX + at), INK_BGR, 1)
        _label(paper, str(px), LEFT_PX - 8, TOP_PX + at + 4, centred=False)
    for n, line in enumerate(legend):
        _legend(paper, line, TOP_PX + h + LINE_PX * n)
    good, encoded = cv2.imencode(".png", paper)
    if not good:
        raise StoreError("the picture could not be encoded as PNG")
    return bytes(encoded)


def _legend(paper: U8, line: LegendLine, top: int) -> None:
    text = line.words.encode("ascii", "replace").decode()
    base = top + LINE_PX - 6
    if line.bgr is not None:
        cv2.rectangle(paper, (LEFT_PX, top + 5), (LEFT_PX + 12, base), line.bgr, cv2.FILLED)
        cv2.rectangle(paper, (LEFT_PX, top + 5), (LEFT_PX + 12, base), INK_BGR, 1)
    cv2.putText(paper, text, (LEFT_PX + 20, base), _FONT, _SIZE, INK_BGR, 1, cv2.LINE_AA)


def _ticks(length_px: int, shown_px: int, picture_wh: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield each tick of an axis: pixels of the frame, and of the shown picture."""
    step = next((s for s in STEPS_PX if max(picture_wh) <= s * MOST_TICKS), STEPS_PX[-1])
    for px in range(0, length_px, step):
        yield px, min(round(px * shown_px / length_px), shown_px - 1)


def _label(paper: U8, text: str, x: int, y: int, *, centred: bool) -> None:
    """Write a label above a tick, or to the left of it."""
    (wide, _), _ = cv2.getTextSize(text, _FONT, _SIZE, 1)
    left = x - wide // 2 if centred else x - wide
    cv2.putText(paper, text, (min(left, paper.shape[1] - wide - 1), y), _FONT, _SIZE, INK_BGR, 1, cv2.LINE_AA)

"""The small sample of a picture from which its health is measured: a fixed cost at any size of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F32
from passerby.contracts.time import Timestamp
from passerby.pixels.frame import U8

# Width of the grey sample, and the side of a block of it, in cells. Chosen: one degree of a lens of 72 degrees is
# two cells wide, and a block is larger than the head of a person who stands 5 m away.
WIDTH, BLOCK = 160, 10
# Rows of the picture whose pixels are taken as they are. Chosen by judgement.
STRIPS = 14


@dataclass(frozen=True, slots=True, eq=False)
class OpticSample:
    """Measurements of one picture.

    grey: float32 (9 * BLOCK, WIDTH) for a picture of 16:9, brightness of each cell.
    strips: uint8 (STRIPS, W), rows of the picture, two rows averaged.
    saturation: mean difference of the colour channels, grey levels.
    """

    at: Timestamp
    grey: F32
    strips: U8
    saturation: float


def sample_of(bgr: U8, at: Timestamp) -> OpticSample:
    """Measure a picture, uint8 (H, W, 3)."""
    h, w = bgr.shape[:2]
    rows = max(1, round(WIDTH * h / w / BLOCK))
    # Nearest pixels cost a fifth of an average; the average of four of them follows.
    thin = cv2.resize(bgr, (2 * WIDTH, 2 * rows * BLOCK), interpolation=cv2.INTER_NEAREST)
    grey = cv2.resize(cv2.extractChannel(thin, 1), (WIDTH, rows * BLOCK), interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(thin, (WIDTH // BLOCK, rows), interpolation=cv2.INTER_AREA)
    saturation = float(np.ptp(coarse.astype(np.int16), axis=2).mean())
    return OpticSample(at, np.asarray(grey, np.float32), _strips(bgr), saturation)


def _strips(bgr: U8) -> U8:
    top = ((np.arange(STRIPS) + 0.5) * (bgr.shape[0] - 1) / STRIPS).astype(np.intp)
    green = bgr[:, :, 1]
    return np.asarray(cv2.addWeighted(green[top], 0.5, green[top + (bgr.shape[0] > 1)], 0.5, 0), np.uint8)

"""Converts a frame to the network's input, and its boxes back to the frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F32
from passerby.pixels.frame import U8, RawFrame

# The grey level that YOLOX pads with (`preproc` in its yolox/data/data_augment.py); the embedded detector is
# trained with the same.
PAD = 114


@dataclass(frozen=True, slots=True)
class Fit:
    """The position of a picture in the network input: x and y scale, input px per frame px."""

    scale_xy: tuple[float, float]

    def to_frame(self, xyxy: F32) -> F32:
        """Return boxes (N, 4) of input pixels in frame pixels."""
        sx, sy = self.scale_xy
        return np.asarray(xyxy / np.array([sx, sy, sx, sy], np.float32), np.float32)


def stretch(frame: RawFrame, out: U8) -> Fit:
    """Fill `out` (H, W, 3) with the complete picture, without its proportions."""
    h, w = out.shape[:2]
    out[:] = frame.sized((w, h))
    return Fit((w / frame.wh[0], h / frame.wh[1]))


def letterbox(frame: RawFrame, out: U8) -> Fit:
    """Put the picture into the top left of `out` (H, W, 3), with its proportions; the rest is grey."""
    h, w = out.shape[:2]
    scale = min(w / frame.wh[0], h / frame.wh[1])
    new_w, new_h = max(1, round(frame.wh[0] * scale)), max(1, round(frame.wh[1] * scale))
    out[new_h:], out[:new_h, new_w:] = PAD, PAD
    out[:new_h, :new_w] = frame.sized((new_w, new_h))
    return Fit((new_w / frame.wh[0], new_h / frame.wh[1]))

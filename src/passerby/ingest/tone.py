"""Converts high dynamic range (PQ, HLG) to the standard range that detectors are trained on."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from av.video.reformatter import ColorTrc
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
F64 = NDArray[np.float64]

_CURVES: dict[int, str] = {ColorTrc.SMPTE2084.value: "PQ", ColorTrc.ARIB_STD_B67.value: "HLG"}
# Luminance of diffuse white, cd/m2 (ITU-R BT.2408); HLG is shown on a display of 1000 cd/m2.
_WHITE, _HLG_PEAK = 203.0, 1000.0
# Up to this fraction of white, tones are unchanged; brighter ones are compressed to end at full white.
_KNEE = 0.8
_DISPLAY_GAMMA = 2.4


def curve_of(color_trc: int) -> str | None:
    """The name of a frame's curve, PQ or HLG; None for a picture of standard range."""
    return _CURVES.get(color_trc)


def standard_range(bgr: U8, curve: str) -> U8:
    """Return the picture with standard tones; its colours stay slightly paler.

    One table for all channels: with the matrix between the colour spaces a frame takes five times as long, and a
    detector finds no more people.
    """
    return np.asarray(cv2.LUT(bgr, _table(curve)), np.uint8)


@functools.cache
def _table(curve: str) -> U8:
    signal = np.arange(256) / 255
    white = (_pq(signal) if curve == "PQ" else _hlg(signal)) / _WHITE
    beyond = 1 - np.exp(-np.maximum(white - _KNEE, 0) / (1 - _KNEE))
    linear = np.minimum(white, _KNEE) + (1 - _KNEE) * beyond
    return np.round(255 * linear ** (1 / _DISPLAY_GAMMA)).astype(np.uint8)


def _pq(signal: F64) -> F64:
    """Luminance, cd/m2 (ITU-R BT.2100, perceptual quantisation)."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    power = signal ** (1 / m2)
    return np.asarray(10_000 * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1))


def _hlg(signal: F64) -> F64:
    """Luminance, cd/m2 (ITU-R BT.2100, hybrid log-gamma, with the display's gamma a channel)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    return np.asarray(_HLG_PEAK * scene**1.2)

"""Degrades a picture as a cheap camera does: light, colour, blur, noise, compression, captions."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.pixels.frame import U8


def _light(rng: np.random.Generator, bgr: U8) -> U8:
    """Exposure, contrast, colour cast, saturation: one table for each channel."""
    gamma = float(np.exp(rng.normal(0, 0.3)))
    gain = float(np.exp(rng.normal(0, 0.2))) * (rng.uniform(0.25, 0.6) if rng.random() < 0.12 else 1.0)
    lift = float(rng.uniform(-18, 22))
    x = np.arange(256, dtype=np.float32) / 255
    tables = [np.clip(255 * gain * float(np.exp(rng.normal(0, 0.06))) * x**gamma + lift, 0, 255) for _ in range(3)]
    out = cv2.LUT(bgr, np.stack(tables, axis=1).astype(np.uint8)[None])
    keep = 0.0 if rng.random() < 0.12 else float(np.clip(rng.normal(0.9, 0.3), 0, 1.6))
    grey = cv2.cvtColor(cv2.cvtColor(out, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return cv2.addWeighted(out, keep, grey, 1 - keep, 0).astype(np.uint8)


def _blur(rng: np.random.Generator, bgr: U8) -> U8:
    """Out of focus, in motion, or enlarged from a smaller picture."""
    h, w = bgr.shape[:2]
    kind = rng.random()
    if kind < 0.45:
        return cv2.GaussianBlur(bgr, (0, 0), float(rng.uniform(0.4, 1.5))).astype(np.uint8)
    if kind < 0.65:
        kernel = np.zeros((7, 7), np.float32)
        length = int(rng.integers(2, 4))
        kernel[3, 3 - length : 4 + length] = 1
        turn = cv2.getRotationMatrix2D((3, 3), float(rng.uniform(0, 180)), 1)
        kernel = np.asarray(cv2.warpAffine(kernel, turn, (7, 7)), np.float32)
        return cv2.filter2D(bgr, -1, kernel / kernel.sum()).astype(np.uint8)
    part = float(rng.uniform(0.5, 0.9))
    small = cv2.resize(bgr, (round(w * part), round(h * part)), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


@cache
def _grain(side: int) -> NDArray[np.int16]:
    """Noise to cut from, since drawing it anew costs more than all other steps together."""
    return (np.random.default_rng(0).standard_normal((side, side, 3), np.float32) * 256).astype(np.int16)


def _noise(rng: np.random.Generator, bgr: U8) -> U8:
    h, w = bgr.shape[:2]
    grain = _grain(max(h, w) * 2)
    y, x = rng.integers(grain.shape[0] - h), rng.integers(grain.shape[1] - w)
    cut = grain[y : y + h, x : x + w]
    if rng.random() >= 0.5:
        cut = np.repeat(cut[..., :1], 3, axis=2)
    strength = np.float32(rng.uniform(2, 14) / 256)
    return cv2.add(bgr, (cut * strength).astype(np.int16), dtype=cv2.CV_8U).astype(np.uint8)


def _compressed(rng: np.random.Generator, bgr: U8) -> U8:
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(18, 80))])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _caption(rng: np.random.Generator, bgr: U8) -> U8:
    """The date and name that recorders write into the picture."""
    text = "".join(str(rng.integers(10)) for _ in range(int(rng.integers(4, 16))))
    at = (int(rng.integers(0, bgr.shape[1] // 2)), int(rng.choice([14, bgr.shape[0] - 8])))
    shade = int(rng.choice([0, 255]))
    out = np.ascontiguousarray(bgr)
    cv2.putText(out, text, at, cv2.FONT_HERSHEY_SIMPLEX, float(rng.uniform(0.3, 0.6)), (shade,) * 3, 1)
    return out


def through_camera(rng: np.random.Generator, bgr: U8) -> U8:
    """A picture as a camera in a station might have delivered it."""
    out = _light(rng, bgr) if rng.random() < 0.85 else bgr
    for chance, step in ((0.05, _caption), (0.3, _blur), (0.3, _noise), (0.4, _compressed)):
        if rng.random() < chance:
            out = step(rng, out)
    return out

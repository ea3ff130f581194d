"""Effects of lens and sensor on every picture: softness, noise, flicker, and infrared at night."""

from __future__ import annotations

import cv2
import numpy as np

from passerby.contracts.arrays import F32
from passerby.pixels.frame import U8
from passerby.sim.scenario import CameraModel, Lighting


class Sensor:
    """Turns a clean rendering into a camera's picture; deterministic in seed and frame number."""

    def __init__(self, model: CameraModel, light: Lighting, size_px: tuple[int, int], seed: int) -> None:
        self._model, self._light, self._size = model, light, size_px
        self._rng = np.random.default_rng([seed, 21])
        w, h = size_px
        white = np.random.default_rng([seed, 22]).normal(0, model.noise.sensor, (h + 64, w + 64, 3))
        tile = cv2.GaussianBlur(white.astype(np.float32), (3, 3), 0.5) * 1.35
        self._plus, self._minus = (np.clip(np.round(part), 0, 255).astype(np.uint8) for part in (tile, -tile))
        self._torch: F32 | None = None

    def exposure(self, t_s: float) -> float:
        """Brightness factor of a moment."""
        noise, light = self._model.noise, self._light
        lamps = 1 + noise.flicker * np.sin(2 * np.pi * noise.flicker_hz * t_s)
        return float(lamps * (1 + light.swing * np.sin(2 * np.pi * t_s / light.swing_s)))

    def picture(self, bgr: U8, t_s: float, gain: float = 1.0, *, night: bool = False) -> U8:
        """Return one frame as delivered by the camera, uint8 (H, W, 3); night: infrared, lit from the camera."""
        if night:
            self._torch = _torch(self._size) if self._torch is None else self._torch
            grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
            bgr = np.dstack([np.clip(grey * self._torch, 0, 255).astype(np.uint8)] * 3)
        level = self.exposure(t_s) * gain
        if abs(level - 1) > 1e-3:
            bgr = np.asarray(cv2.convertScaleAbs(bgr, alpha=level), dtype=np.uint8)
        soft = self._model.noise.softness_px
        if soft > 0.1:
            bgr = np.asarray(cv2.GaussianBlur(bgr, (3, 3) if soft < 0.9 else (0, 0), soft), dtype=np.uint8)
        return self._grain(bgr)

    def _grain(self, bgr: U8) -> U8:
        if self._model.noise.sensor == 0:
            return bgr
        h, w = bgr.shape[:2]
        y, x = (int(v) for v in self._rng.integers(0, 64, 2))
        window = np.s_[y : y + h, x : x + w]
        return np.asarray(cv2.subtract(cv2.add(bgr, self._plus[window]), self._minus[window]), dtype=np.uint8)


def _torch(size_px: tuple[int, int]) -> F32:
    """The light of an infrared lamp at the camera: bright in the middle, dark in the corners."""
    w, h = size_px
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    r2 = ((x / w - 0.5) / 0.55) ** 2 + ((y / h - 0.55) / 0.6) ** 2
    return np.asarray(1.15 * np.exp(-r2) + 0.12, dtype=np.float32)

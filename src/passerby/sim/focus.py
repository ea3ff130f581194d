"""Defocus of a real lens: the circle of confusion at every depth, from the focus distance.

Thin lens: a point at depth d is sharp at image distance v(d) = f d / (d - f); with the sensor at v(s) it becomes a
disc of diameter A |v(s) - v(d)| / v(d), A = f / N. Heat moves the sensor, infrared light lengthens f.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F32, F64
from passerby.pixels.frame import U8

SHARP_PX = 2.0
HEAT_MM_PER_C = 0.0015
LEVELS_M = np.array([1.5, 3.0, 6.0, 12.0, 40.0])
SIGMA_PER_DIAMETER = 1 / (2 * np.sqrt(2))  # a Gaussian with the spread of a disc, per axis


@dataclass(frozen=True, slots=True)
class FocusLens:
    """A lens on a sensor 5.6 mm wide (1/2.8 inch).

    focal_px and width_px as the camera has them; f_number; focus_m: depth in focus; heat_c: degrees above the
    temperature it was focused at; infrared: share by which the focal length grows in infrared light.
    """

    focal_px: float
    width_px: int
    f_number: float = 1.6
    focus_m: float = 8.0
    heat_c: float = 0.0
    infrared: float = 0.0
    sensor_mm: float = 5.6

    def blur_px(self, depth_m: F64) -> F64:
        """Diameter of the circle of confusion at depths, px."""
        per_mm = self.width_px / self.sensor_mm
        focal_mm = self.focal_px / per_mm
        bent_mm = focal_mm * (1 + self.infrared)
        set_mm = _image_mm(focal_mm, np.asarray(self.focus_m)) + HEAT_MM_PER_C * self.heat_c
        sharp_mm = _image_mm(bent_mm, depth_m)
        return np.asarray(focal_mm / self.f_number * np.abs(set_mm - sharp_mm) / sharp_mm * per_mm)

    def is_soft(self) -> bool:
        """Whether anything from 1.5 m on is blurred by `SHARP_PX` or more."""
        return bool(self.blur_px(LEVELS_M).max() >= SHARP_PX)

    def expose(self, bgr: U8, depth_m: F32) -> U8:
        """The picture through this lens: blurred at five depths and blended between them by inverse depth."""
        blur = self.blur_px(LEVELS_M)
        layers = [_soften(bgr, float(b)) for b in blur]
        place = np.interp(1 / np.maximum(depth_m, 0.3), 1 / LEVELS_M[::-1], np.arange(len(LEVELS_M))[::-1])
        out = np.zeros(bgr.shape, np.float32)
        for k, layer in enumerate(layers):
            share = np.clip(1 - np.abs(place - k), 0, 1).astype(np.float32)
            out += layer * share[..., None]
        return np.asarray(np.clip(out + 0.5, 0, 255), dtype=np.uint8)


def _image_mm(focal_mm: float, depth_m: F64) -> F64:
    depth_mm = np.maximum(depth_m * 1000, focal_mm * 1.01)
    return np.asarray(focal_mm * depth_mm / (depth_mm - focal_mm))


def _soften(bgr: U8, diameter_px: float) -> U8:
    sigma = diameter_px * SIGMA_PER_DIAMETER
    return bgr if sigma < 0.3 else np.asarray(cv2.GaussianBlur(bgr, (0, 0), sigma), dtype=np.uint8)

"""Things on a lens and lights into it: covers, paint, water, a cleaner's cloth, sun and headlights."""

from __future__ import annotations

import cv2
import numpy as np

from passerby.contracts.arrays import F32
from passerby.pixels.frame import U8
from passerby.sim.scenario import Fault

FADE_S = 0.6
CLOTH_S, SUN_S, NEAR_S = 2.6, 90.0, 12.0
COVER, PAINT, CLOTH, SUN = (22, 20, 24), (40, 40, 190), (150, 160, 165), (235, 250, 255)


class LensArt:
    """Draws faults on pictures; masks are kept."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._masks: dict[tuple[str, int, int, float], F32] = {}

    def changed(self, bgr: U8, fault: Fault, since_s: float) -> U8:
        """Return the picture with a fault that began `since_s` ago."""
        share = np.float32(min(1.0, since_s / FADE_S))
        match fault.kind:
            case "covered":
                return _blend(bgr, self._mask("covered", bgr, fault.amount) * share, COVER)
            case "spray":
                paint = self._mask("spray", bgr, fault.size) * np.float32(fault.amount)
                return _blend(bgr, paint * share, PAINT)
            case "drops":
                return _through(bgr, self._mask("drops", bgr, fault.amount) * share)
            case "cleaning":
                return _blend(bgr, _cloth(bgr, fault.amount, since_s), CLOTH)
            case "sun":
                return _blend(bgr, _sun(bgr, fault.amount, since_s), SUN)
            case "headlights":
                return _lit(bgr, fault.amount, since_s)
            case _:
                return bgr

    def _mask(self, kind: str, bgr: U8, share: float) -> F32:
        h, w = bgr.shape[:2]
        key = (kind, h, w, share)
        if key not in self._masks:
            rng = np.random.default_rng([self._seed, 52])
            makers = {"covered": lambda: _cover(w, h, share), "spray": lambda: _blots(rng, w, h, share)}
            self._masks[key] = makers.get(kind, lambda: _drops(rng, w, h, share))()
        return self._masks[key]


def _blend(bgr: U8, mask: F32, colour: tuple[int, int, int]) -> U8:
    mixed = bgr * (1 - mask[..., None]) + mask[..., None] * np.array(colour, np.float32)
    return np.asarray(mixed, dtype=np.uint8)


def _cover(w: int, h: int, share: float) -> F32:
    """An object close to the lens, out of focus, from the left; covers `share` of the picture."""
    x = (
        np.linspace(0, 1, w, dtype=np.float32)[None]
        + 0.04 * np.sin(np.linspace(0, 5, h, dtype=np.float32))[:, None]
    )
    return np.clip((share - x) / 0.06 + 0.5, 0, 1).astype(np.float32) if share < 1 else np.ones((h, w), np.float32)


def _blots(rng: np.random.Generator, w: int, h: int, size: float) -> F32:
    """Sprayed paint: a cloud of soft blots over the middle."""
    mask = np.zeros((h, w), np.float32)
    for _ in range(160):
        x, y = rng.normal((w / 2, h / 2), (w * size, h * size))
        cv2.circle(mask, (int(x), int(y)), int(rng.uniform(0.05, 0.3) * size * w), 1.0, -1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.008 * w), dtype=np.float32)


def _drops(rng: np.random.Generator, w: int, h: int, share: float) -> F32:
    """Drops of water until `share` of the picture is behind one."""
    mask = np.zeros((h, w), np.float32)
    while mask.mean() < share:
        x, y = rng.uniform((0, 0), (w, h))
        cv2.circle(mask, (int(x), int(y)), int(rng.uniform(0.01, 0.04) * w), 1.0, -1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.004 * w), dtype=np.float32)


def _through(bgr: U8, drops: F32) -> U8:
    """A drop is a lens: what is behind it is turned round and out of focus."""
    other = cv2.GaussianBlur(bgr[::-1, ::-1], (0, 0), 0.012 * bgr.shape[1])
    mixed = bgr * (1 - drops[..., None]) + other * drops[..., None]
    return np.asarray(mixed, dtype=np.uint8)


def _round(bgr: U8, x: float, y: float, share: float) -> F32:
    """A soft disc that covers `share` of the picture."""
    h, w = bgr.shape[:2]
    mask = np.zeros((h, w), np.float32)
    cv2.circle(mask, (int(x * w), int(y * h)), int(np.sqrt(share * w * h / np.pi)), 1.0, -1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.01 * w), dtype=np.float32)


def _cloth(bgr: U8, share: float, since_s: float) -> F32:
    turn = 2 * np.pi * since_s / CLOTH_S
    return _round(bgr, 0.5 + 0.35 * np.sin(turn), 0.5 + 0.3 * np.cos(1.7 * turn), share)


def _sun(bgr: U8, share: float, since_s: float) -> F32:
    return _round(bgr, 0.2 + 0.6 * since_s / SUN_S, 0.75, share) * np.float32(0.95)


def _lit(bgr: U8, brightness: float, since_s: float) -> U8:
    """Two lamps that come nearer, with their glare."""
    h, w = bgr.shape[:2]
    near = min(since_s / NEAR_S, 1.0)
    glare = np.zeros((h, w), np.float32)
    for side in (-1, 1):
        at = int((0.62 + side * (0.01 + 0.05 * near)) * w), int((0.45 + 0.1 * near) * h)
        cv2.circle(glare, at, int((0.004 + 0.02 * near) * w), 1.0, -1)
    soft = np.asarray(cv2.GaussianBlur(glare, (0, 0), (0.005 + 0.03 * near) * w), np.float32)
    light = soft / max(float(soft.max()), 1e-6) * np.float32(255 * brightness)
    return np.asarray(np.clip(bgr + light[..., None], 0, 255), dtype=np.uint8)

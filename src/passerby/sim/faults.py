"""Camera faults: of the picture, the pose, the lens, and the frame times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np

from passerby.contracts.arrays import F32
from passerby.pixels.frame import U8
from passerby.sim.camera import SimCamera
from passerby.sim.focus import FocusLens
from passerby.sim.scenario import Fault
from passerby.sim.truth import FrameTruth

FADE_S = 0.6
NO_SIGNAL = (150, 40, 10)
TICK_S = 0.001

Shot = tuple[float, U8, FrameTruth]
Truth = TypeVar("Truth")


class Faults:
    """The faults of one camera. Frames must be in order: a frozen picture repeats the last one."""

    def __init__(self, faults: tuple[Fault, ...], camera: str, seed: int) -> None:
        self._faults = tuple(fault for fault in faults if fault.camera == camera)
        self._seed = seed
        self._last: U8 | None = None
        self._masks: dict[tuple[str, int, int, float], F32] = {}
        self._chance = np.random.default_rng([seed, 51])

    def active(self, t_s: float) -> tuple[Fault, ...]:
        """The faults at this time."""
        return tuple(fault for fault in self._faults if fault.from_s <= t_s < fault.to_s)

    def pointing(self, camera: SimCamera, t_s: float) -> SimCamera:
        """The actual pose of the camera, which may have been pushed."""
        for fault in self.active(t_s):
            if fault.kind == "moved":
                camera = replace(
                    camera, yaw_deg=camera.yaw_deg - fault.amount, tilt_deg=camera.tilt_deg + fault.amount / 3
                )
        return camera

    def lens(self, lens: FocusLens, t_s: float) -> FocusLens:
        """The lens with its actual focus."""
        for fault in self.active(t_s):
            if fault.kind == "defocus":
                lens = replace(lens, focus_m=fault.amount)
            elif fault.kind == "focus_drift":
                lens = replace(lens, heat_c=lens.heat_c + fault.amount * (t_s - fault.from_s) / 60)
            elif fault.kind == "ir_shift":
                lens = replace(lens, infrared=fault.amount)
        return lens

    def gain(self, t_s: float) -> float:
        """Factor on the exposure."""
        gains = [fault.amount for fault in self.active(t_s) if fault.kind in {"dark", "bright"}]
        return float(np.prod(gains)) if gains else 1.0

    def spoil(self, bgr: U8, t_s: float) -> U8:
        """The picture after covering, spray, freezing and loss of signal."""
        for fault in self.active(t_s):
            share = min(1.0, (t_s - fault.from_s) / FADE_S)
            if fault.kind == "covered":
                bgr = _blend(bgr, self._mask("covered", bgr, fault.amount) * np.float32(share), (22, 20, 24))
            elif fault.kind == "spray":
                bgr = _blend(bgr, self._mask("spray", bgr, 0.5) * np.float32(fault.amount * share), (40, 40, 190))
            elif fault.kind == "signal_loss":
                bgr = np.full_like(bgr, NO_SIGNAL)
            elif fault.kind == "frozen" and self._last is not None:
                bgr = self._last
        self._last = bgr
        return bgr

    def timing(self, shots: Iterator[tuple[float, U8, Truth]]) -> Iterator[tuple[float, U8, Truth]]:
        """The frames as they are sent: some dropped, some repeated, some late. Times still increase.

        The ground truth of a frame is sent with it.
        """
        before: U8 | None = None
        sent_s = -1.0
        for t_s, taken, truth in shots:
            at_s, chance, bgr, skip = t_s, float(self._chance.random()), taken, False
            for fault in self.active(t_s):
                skip |= fault.kind == "dropped" and chance < fault.amount
                at_s += fault.amount if fault.kind == "late" else 0.0
                if fault.kind == "duplicated" and chance < fault.amount and before is not None:
                    bgr = before
            if skip:
                continue
            before, sent_s = bgr, max(at_s, sent_s + TICK_S)
            yield sent_s, bgr, truth

    def _mask(self, kind: str, bgr: U8, share: float) -> F32:
        h, w = bgr.shape[:2]
        key = (kind, h, w, share)
        if key not in self._masks:
            rng = np.random.default_rng([self._seed, 52])
            self._masks[key] = _cover(w, h, share) if kind == "covered" else _blots(rng, w, h)
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


def _blots(rng: np.random.Generator, w: int, h: int) -> F32:
    """Sprayed paint: a cloud of soft blots over the middle."""
    mask = np.zeros((h, w), np.float32)
    for _ in range(160):
        x, y = rng.normal((w / 2, h / 2), (w / 5, h / 5))
        cv2.circle(mask, (int(x), int(y)), int(rng.uniform(0.01, 0.06) * w), 1.0, -1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.008 * w), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class FaultSpan:
    """A fault for the ground truth."""

    kind: str
    from_s: float
    to_s: float
    amount: float


def spans(faults: tuple[Fault, ...], camera: str, seconds: float) -> list[FaultSpan]:
    """The faults of one camera within a film, cut to its length."""
    return [
        FaultSpan(f.kind, f.from_s, min(f.to_s, seconds), f.amount)
        for f in faults
        if f.camera == camera and f.from_s < seconds
    ]

"""Camera faults: of the picture, the pose, the lens, and the frame times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from passerby.pixels.frame import U8
from passerby.sim.camera import SimCamera
from passerby.sim.focus import FocusLens
from passerby.sim.lens_art import LensArt
from passerby.sim.scenario import Fault
from passerby.sim.truth import FrameTruth

FLICKER_RAD_S = 5.3
NO_SIGNAL = (150, 40, 10)
TICK_S = 0.001

Shot = tuple[float, U8, FrameTruth]
Truth = TypeVar("Truth")


class Faults:
    """The faults of one camera. Frames must be in order: a frozen picture repeats the last one."""

    def __init__(self, faults: tuple[Fault, ...], camera: str, seed: int) -> None:
        self._faults = tuple(fault for fault in faults if fault.camera == camera)
        self._art = LensArt(seed)
        self._last: U8 | None = None
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
            elif fault.kind == "tilted":
                camera = replace(camera, tilt_deg=camera.tilt_deg - fault.amount)
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
        waves = [1 + f.amount * np.sin(FLICKER_RAD_S * t_s) for f in self.active(t_s) if f.kind == "flicker"]
        return float(np.prod([*gains, *waves]))

    def is_night(self, t_s: float) -> bool:
        """Whether the camera has switched to infrared."""
        return any(fault.kind == "night" for fault in self.active(t_s))

    def before_lens(self, bgr: U8, t_s: float) -> U8:
        """The picture with everything on the lens, and lights that shine into it; the sensor's noise is added
        later."""
        for fault in self.active(t_s):
            bgr = self._art.changed(bgr, fault, t_s - fault.from_s)
        return bgr

    def spoil(self, bgr: U8, t_s: float) -> U8:
        """The picture after freezing and loss of signal."""
        for fault in self.active(t_s):
            if fault.kind == "signal_loss":
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

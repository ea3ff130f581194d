"""A synthetic view of a fixed camera, and things that happen to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from passerby.contracts.arrays import F32
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.contracts.trains import TrainState
from passerby.pixels.frame import U8, RawFrame
from passerby.scene.optics.watch import NOBODY, OpticsWatch

WH = (640, 360)
Change = Callable[[U8], U8]
_GRAIN = np.random.default_rng(7).normal(0, 1, (WH[1], WH[0], 3)).astype(np.float32)
NO_TRAINS: tuple[TrainState, ...] = ()


def view(seed: int = 1) -> U8:
    """A coloured picture with edges everywhere."""
    rng = np.random.default_rng(seed)
    picture = np.full((WH[1], WH[0], 3), (120, 130, 125), np.uint8)
    for _ in range(260):
        x, y = (int(v) for v in rng.integers(-20, (*WH,)))
        w, h = (int(v) for v in rng.integers(8, 90, 2))
        cv2.rectangle(picture, (x, y), (x + w, y + h), [int(v) for v in rng.integers(40, 210, 3)], -1)
    return np.asarray(cv2.GaussianBlur(picture, (3, 3), 0.6), np.uint8)


def noisy(picture: U8, number: int, sigma: float = 2.0) -> U8:
    """The picture with the noise of a sensor."""
    grain = np.roll(_GRAIN, number * 7919, axis=1)[: picture.shape[0], : picture.shape[1]] * np.float32(sigma)
    return np.asarray(cv2.convertScaleAbs(cv2.add(picture.astype(np.float32), grain)), np.uint8)


def frame_of(picture: U8, t_s: float) -> RawFrame:
    """A frame of one camera."""
    return RawFrame("platform-1", round(t_s) + 1, Timestamp(round(t_s * NS_PER_S)), picture)


def run(
    watch: OpticsWatch,
    change: Change,
    from_s: int,
    to_s: int,
    every_s: float = 1.0,
    trains: Sequence[TrainState] = NO_TRAINS,
    grain: bool = True,
    people_px: F32 = NOBODY,
) -> list[tuple[float, str]]:
    """Feed changed pictures, and return each kind that was present with the time of its first sample here."""
    seen: dict[str, float] = {}
    base = view()
    for t_s in np.arange(from_s, to_s, every_s):
        picture = noisy(change(base), int(t_s * 10)) if grain else change(base)
        health = watch.step(frame_of(picture, float(t_s)), trains, people_px)
        for fault in health.faults:
            seen.setdefault(fault.type.name, float(t_s) - from_s)
    return sorted((t_s, kind) for kind, t_s in seen.items())


def as_it_is(picture: U8) -> U8:
    """No change."""
    return picture


def scaled(factor: float) -> Change:
    """Another exposure."""
    return lambda picture: np.asarray(cv2.convertScaleAbs(picture, alpha=factor), np.uint8)


def blurred(sigma_px: float) -> Change:
    """Out of focus."""
    return lambda picture: np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px), np.uint8)


def turned(pixels: int) -> Change:
    """The camera looks further to the right."""
    return lambda picture: np.asarray(np.concatenate([picture[:, pixels:], picture[:, :pixels][:, ::-1]], axis=1))


def grey(picture: U8) -> U8:
    """Infrared: no colour, and other brightness of materials."""
    return np.asarray(np.dstack([cv2.transform(picture, np.array([[0.6, -0.2, 0.5]]))] * 3), np.uint8)


def with_patch(patch: U8, x: int, y: int) -> Change:
    """Something before the view."""

    def change(picture: U8) -> U8:
        out = picture.copy()
        out[y : y + patch.shape[0], x : x + patch.shape[1]] = patch
        return out

    return change

"""A drawn track: a textured bed, a train that slides over it, somebody who stands on it, light and noise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from passerby.contracts.config import Zone
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.contracts.trains import TrainState
from passerby.pixels.frame import RawFrame
from passerby.scene.trains import Trains

W, H = 320, 180
TOP, BOTTOM = 80, 130
ZONE = Zone(name="track", kind="track", polygon_px=((0, TOP), (W - 1, TOP), (W - 1, BOTTOM), (0, BOTTOM)))
LENGTH_PX = 500.0
_NOISE = np.random.default_rng(3).normal(0, 1, (H, 2 * W, 3)).astype(np.float32)


@dataclass(frozen=True)
class Visit:
    """A train's call: it enters at `in_s`, brakes to stand from in_s + 5 to out_s, is gone at out_s + 8."""

    in_s: float
    out_s: float
    stops: bool = True

    def front_px(self, t_s: float) -> float | None:
        """Where the front is, from the right edge; None while away."""
        if not self.stops:
            x = (t_s - self.in_s) * 120.0
        elif t_s <= self.in_s + 5:
            x = 400.0 * (1 - (1 - (t_s - self.in_s) / 5) ** 2)
        else:
            x = 400.0 + 12.0 * max(0.0, t_s - self.out_s) ** 2
        return x if t_s >= self.in_s and x < W + LENGTH_PX else None


def picture(t_s: float, visits: tuple[Visit, ...], *, people_x: tuple[int, ...] = (), gain: float = 1.0,
            noise: float = 2.0) -> np.ndarray:  # fmt: skip
    """One picture, uint8 (H, W, 3)."""
    img = 120 + 6 * _NOISE[:, -W:, :1] + np.zeros((H, W, 3), np.float32)
    img[TOP:BOTTOM] = 45 + 10 * _NOISE[TOP:BOTTOM, :W, 1:2]
    img[95:98] = img[112:115] = 150
    for visit in visits:
        front = visit.front_px(t_s)
        if front is not None:
            x = np.arange(W)
            along = front - (W - x)
            body = (along >= 0) & (along < LENGTH_PX)
            windows = body & ((along % 40) < 22)
            img[40:BOTTOM, body] = (200, 190, 185)
            img[60:110, windows] = (90, 80, 70)
    for x in people_x:
        img[60:125, x : x + 18] = (30, 60, 170)
    shift = round(t_s * 1000) * 37 % W
    img = img * gain + noise * _NOISE[:, shift : shift + W]
    return np.clip(img, 0, 255).astype(np.uint8)


Draw = Callable[[float], np.ndarray]


def watch(draw: Draw, seconds: float, *, from_s: float = 0.0, fps: float = 8.0,
          trains: Trains | None = None) -> Iterator[tuple[float, TrainState]]:  # fmt: skip
    """Run the watcher over drawn pictures."""
    trains = trains or Trains([ZONE], (W, H))
    for k in range(round(seconds * fps)):
        t_s = from_s + k / fps
        (state,) = trains.step(RawFrame("cam", k + 1, Timestamp(round(t_s * NS_PER_S)), draw(t_s)))
        yield t_s, state


def changes(states: Iterator[tuple[float, TrainState]]) -> list[tuple[float, bool, int]]:
    """When presence or departures changed, and to what."""
    out: list[tuple[float, bool, int]] = []
    for t_s, state in states:
        if not out or out[-1][1:] != (state.is_there, state.departures):
            out.append((t_s, state.is_there, state.departures))
    return out

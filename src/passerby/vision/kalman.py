"""Constant-velocity Kalman filter for many boxes at once, with the real time between frames.

Method: Kalman 1960 as used for boxes by SORT (Bewley 2016, arXiv 1602.00763), with two changes: each of the four
box coordinates is filtered independently, so the complete picture is a few (N, 4) arrays, and the noise grows with
elapsed seconds instead of frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F64


@dataclass(frozen=True, slots=True)
class Noise:
    """Standard deviations as fractions of the box's height, one each for centre x, bottom y, width and height.

    measure: of one box; larger than a box's real error, because errors of neighbouring frames are correlated.
    accel: of the acceleration, per second². speed: of the unknown first speed, per second.
    """

    # Chosen to smooth strongly (decision 0004, which describes the random search for the settings, but does not
    # list the settings that were varied). The values have not changed since the first tracker.
    measure: tuple[float, float, float, float] = (0.1, 0.1, 0.12, 0.15)
    accel: tuple[float, float, float, float] = (0.22, 0.12, 0.05, 0.08)
    speed: tuple[float, float, float, float] = (2.0, 1.0, 0.4, 0.6)


@dataclass(slots=True)
class State:
    """N filters: value, rate (N, 4) in px and px/s, and the three distinct covariance entries (N, 4)."""

    value: F64
    rate: F64
    var: F64
    cov: F64
    rate_var: F64

    def take(self, rows: object) -> State:
        """Return the filters of `rows` (any numpy index)."""
        return State(*(getattr(self, name)[rows] for name in self.__slots__))

    @staticmethod
    def join(a: State, b: State) -> State:
        """Return the filters of `a` followed by those of `b`."""
        return State(*(np.concatenate([getattr(a, name), getattr(b, name)]) for name in State.__slots__))


def start(measured: F64, noise: Noise) -> State:
    """Return filters for new boxes, (N, 4) px; their speed is unknown."""
    h = measured[:, 3:4]
    var, rate_var = (np.asarray(noise.measure) * h) ** 2, (np.asarray(noise.speed) * h) ** 2
    return State(measured.copy(), np.zeros_like(measured), var, np.zeros_like(measured), rate_var)


def predict(state: State, dt_s: float, noise: Noise) -> State:
    """Return the filters `dt_s` seconds later; white acceleration in between."""
    q = (np.asarray(noise.accel) * state.value[:, 3:4]) ** 2
    return State(
        value=state.value + dt_s * state.rate,
        rate=state.rate,
        var=state.var + 2 * dt_s * state.cov + dt_s**2 * state.rate_var + q * dt_s**3 / 3,
        cov=state.cov + dt_s * state.rate_var + q * dt_s**2 / 2,
        rate_var=state.rate_var + q * dt_s,
    )


def update(state: State, measured: F64, noise: Noise) -> State:
    """Return the filters after an update with boxes (N, 4) px, row by row."""
    r = (np.asarray(noise.measure) * np.maximum(measured[:, 3:4], 1)) ** 2
    total = state.var + r
    gain, rate_gain = state.var / total, state.cov / total
    miss = measured - state.value
    return State(
        value=state.value + gain * miss,
        rate=state.rate + rate_gain * miss,
        var=(1 - gain) * state.var,
        cov=(1 - gain) * state.cov,
        rate_var=state.rate_var - rate_gain * state.cov,
    )


def to_coords(xyxy: F64) -> F64:
    """Return centre x, bottom y (the foot point), width, height (N, 4) of boxes (N, 4), px."""
    w, h = xyxy[:, 2] - xyxy[:, 0], xyxy[:, 3] - xyxy[:, 1]
    return np.stack([(xyxy[:, 0] + xyxy[:, 2]) / 2, xyxy[:, 3], w, h], axis=1)


def to_xyxy(coords: F64) -> F64:
    """Return boxes (N, 4) of centre x, bottom y, width, height (N, 4), px."""
    x, bottom, w, h = coords.T
    w, h = np.maximum(w, 1), np.maximum(h, 1)
    return np.stack([x - w / 2, bottom - h, x + w / 2, bottom], axis=1)

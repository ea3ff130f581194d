"""Positions and velocities of many people on the floor, from one uncertain position per frame.

Method: a constant-velocity Kalman filter (Bar-Shalom 2001, chapter 6) in metres with real time between frames.
Every position has its own covariance, because the error along the line of sight is many times that across it. Two
changes: errors of neighbouring frames are correlated, so a position gets less weight the sooner it follows the
last one, which also makes the result the same at 5 and at 25 frames per second; and a position far from the
expected one gets less weight with its distance (Huber), until so many are far that the track must have changed to
another person. Figures: docs/decisions/0007-speed.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from passerby.contracts.arrays import F64, I64, Bools


@dataclass(frozen=True, slots=True)
class SmoothSettings:
    """Settings in metres and seconds.

    accel: process noise of velocities, m/s per root second. alike_s: correlation time of position errors.
    first_speed_mps: standard deviation of an unknown velocity. min_span_s: time of positions that give a velocity.
    unseen_s: longest time without a position that keeps the velocity. gate: distance, in standard deviations, from
    which a position gets less weight. restart_s: time with only distant positions after which the filter is reset.
    surprise_s: averaging time of the residual that increases the stated error.
    """

    # Measured: decision 0007 compares it with 0.15, 0.25, 0.3 and 0.4.
    accel: float = 0.2
    # Measured: decision 0007 compares it with 0.2 and 0.4.
    alike_s: float = 0.3
    # Chosen by judgement: about the speed of a runner; not varied in a measurement.
    first_speed_mps: float = 3.0
    # Chosen by judgement; not varied in a measurement.
    min_span_s: float = 0.5
    # Chosen by judgement; not varied in a measurement.
    unseen_s: float = 1.0
    # Chosen by judgement: 4 % of normal errors exceed it. Decision 0007 measures the filter with it; not varied.
    gate: float = 2.5
    # Chosen by judgement. Decision 0007 measures the filter with it; not varied.
    restart_s: float = 0.5
    # Chosen by judgement; not varied in a measurement.
    surprise_s: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Motions:
    """pos_m, vel_mps: (N, 2); vel_cov: (N, 2, 2), (m/s)²; NaN if there is none. known: (N,), has a velocity."""

    pos_m: F64
    vel_mps: F64
    vel_cov: F64
    known: Bools


class Smoother:
    """One camera's filters, by track number."""

    _SHAPES: ClassVar[dict[str, tuple[int, ...]]] = {
        "value": (4,), "cov": (4, 4), "at": (), "first": (), "agreed": (), "surprise": (), "count": (),
    }  # fmt: skip

    def __init__(self, settings: SmoothSettings | None = None) -> None:
        self._settings = settings or SmoothSettings()
        self._slot: dict[int, int] = {}
        self._free: list[int] = []
        self._rows = {name: np.zeros((0, *shape)) for name, shape in self._SHAPES.items()}

    def __len__(self) -> int:
        return len(self._slot)

    def reset(self, removed: I64) -> None:
        """Free the rows of tracks that ended."""
        for track in removed.tolist():
            if (slot := self._slot.pop(track, None)) is not None:
                self._free.append(slot)

    def step(self, at_s: float, ids: I64, pos_m: F64, cov_m2: F64, seen: Bools) -> Motions:
        """Process one frame's positions (N, 2) and covariances (N, 2, 2) where `seen` (N,); return all motions."""
        s, slots = self._settings, self._slots(ids)
        rows = {name: values[slots] for name, values in self._rows.items()}
        dt = np.maximum(at_s - rows["at"], 1e-3)
        running = dt <= s.unseen_s
        value, cov = _predict(rows["value"], rows["cov"], np.where(running, dt, 0.0), s.accel)
        again = np.flatnonzero(seen & running)
        stale = np.zeros(len(ids), bool)
        stale[again] = self._update(rows, value, cov, again, dt, pos_m, cov_m2, at_s)
        born = seen & (~running | stale)
        self._start(rows, value, cov, born, pos_m, cov_m2, at_s)
        for name, values in rows.items():
            self._rows[name][slots[seen]] = values[seen]
        lasts = running | born
        known = lasts & (rows["count"] >= 3) & (at_s - rows["first"] >= s.min_span_s - 1e-6)
        vel_cov = cov[:, 2:, 2:] * np.maximum(rows["surprise"], 1.0)[:, None, None]
        return Motions(
            np.where(lasts[:, None], value[:, :2], np.nan),
            np.where(known[:, None], value[:, 2:], np.nan),
            np.where(known[:, None, None], vel_cov, np.nan),
            known,
        )

    def _update(
        self, rows: dict[str, F64], value: F64, cov: F64, k: I64, dt: F64, pos: F64, pos_cov: F64, at_s: float
    ) -> Bools:
        """Correct rows `k` of `value` and `cov` by the observation; return which of them must be reset."""
        s = self._settings
        miss, noise, ahead = pos[k] - value[k, :2], pos_cov[k], cov[k]
        far2 = np.einsum("ni,nij,nj->n", miss, np.linalg.inv(ahead[:, :2, :2] + noise), miss)
        strange = far2 > s.gate**2
        less = np.maximum(1.0, s.alike_s / dt[k]) * np.where(strange, far2 / s.gate**2, 1.0)
        gain = ahead[:, :, :2] @ np.linalg.inv(ahead[:, :2, :2] + noise * less[:, None, None])
        value[k] += np.einsum("nij,nj->ni", gain, miss)
        after = ahead - gain @ ahead[:, :2, :]
        cov[k] = (after + after.transpose(0, 2, 1)) / 2
        stale = strange & (at_s - rows["agreed"][k] > s.restart_s)
        rows["agreed"][k] = np.where(strange, rows["agreed"][k], at_s)
        share = 1 - np.exp(-dt[k] / s.surprise_s)
        rows["surprise"][k] += share * (np.minimum(far2, 25.0) / 2 - rows["surprise"][k])
        rows["value"][k], rows["cov"][k], rows["at"][k] = value[k], cov[k], at_s
        rows["count"][k] += 1
        return np.asarray(stale, bool)

    def _start(
        self, rows: dict[str, F64], value: F64, cov: F64, born: Bools, pos: F64, pos_cov: F64, at_s: float
    ) -> None:
        value[born, :2], value[born, 2:] = pos[born], 0.0
        cov[born] = np.diag([0.0, 0.0, 1.0, 1.0]) * self._settings.first_speed_mps**2
        cov[born, :2, :2] = pos_cov[born]
        rows["value"][born], rows["cov"][born] = value[born], cov[born]
        for name in ("at", "first", "agreed"):
            rows[name][born] = at_s
        rows["surprise"][born], rows["count"][born] = 1.0, 1.0

    def _slots(self, ids: I64) -> I64:
        for track in ids.tolist():
            if track not in self._slot:
                self._slot[track] = self._take_free()
        return np.array([self._slot[track] for track in ids.tolist()], np.int64)

    def _take_free(self) -> int:
        if not self._free:
            size = len(self._rows["at"])
            more = max(8, size)
            for name, values in self._rows.items():
                self._rows[name] = np.concatenate([values, np.zeros((more, *values.shape[1:]))])
            self._free = list(range(size, size + more))
        slot = self._free.pop()
        self._rows["at"][slot] = -np.inf
        return slot


def _predict(value: F64, cov: F64, dt_s: F64, accel: float) -> tuple[F64, F64]:
    """Return states (N, 4) and covariances (N, 4, 4) `dt_s` (N,) seconds later; white acceleration in between."""
    step = np.broadcast_to(np.eye(4), cov.shape).copy()
    step[:, 0, 2] = step[:, 1, 3] = dt_s
    grown = step @ cov @ step.transpose(0, 2, 1)
    for axis in (0, 1):
        grown[:, axis, axis] += accel**2 * dt_s**3 / 3
        grown[:, axis, axis + 2] += accel**2 * dt_s**2 / 2
        grown[:, axis + 2, axis] += accel**2 * dt_s**2 / 2
        grown[:, axis + 2, axis + 2] += accel**2 * dt_s
    return np.einsum("nij,nj->ni", step, value), grown

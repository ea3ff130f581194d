"""Positions and velocities of many people on the floor, from one uncertain position per frame.

Method: two constant-velocity Kalman filters (Bar-Shalom 2001, chapter 6) in metres with real time between frames,
one for a steady pace and one for a change of pace, as interacting multiple models (Blom & Bar-Shalom 1988, IEEE
Trans. Automatic Control 33:780): each person has a probability of either, and the result is their mixture.
Every position has its own covariance, because the error along the line of sight is many times that across it. Two
changes: errors of neighbouring frames are correlated, so a position gets less weight the sooner it follows the
last one, which also makes the result the same at 5 and at 25 frames per second; and a position far from the
expected one gets less weight with its distance (Huber), until so many are far that the track must have changed to
another person. An error across the path makes every velocity longer, on average; its length is reduced by the
error that the residuals show. Figures: docs/decisions/0007-speed.md and 0030-pace.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from passerby.contracts.arrays import F64, I64, Bools


@dataclass(frozen=True, slots=True)
class SmoothSettings:
    """Settings in metres and seconds.

    accel: process noise of velocities at a steady and at a changing pace, m/s per root second. pace_s: mean time
    in each of the two. alike_s: correlation time of position errors.
    first_speed_mps: standard deviation of an unknown velocity. min_span_s: least time of positions for a velocity.
    unseen_s: longest time without a position that keeps the velocity. gate: distance, in standard deviations, from
    which a position gets less weight. restart_s: time with only distant positions after which the filter is reset.
    surprise_s: averaging time of the residual that increases the stated error.
    """

    # Measured: decision 0030 compares them with other pairs and with one model.
    accel: tuple[float, float] = (0.12, 0.6)
    pace_s: tuple[float, float] = (8.0, 1.0)
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


@dataclass(slots=True, eq=False)
class _Models:
    """Two filters of each person: value (N, 2, 4), cov (N, 2, 4, 4), and their probabilities share (N, 2)."""

    value: F64
    cov: F64
    share: F64

    def take(self, k: I64) -> _Models:
        return _Models(self.value[k], self.cov[k], self.share[k])

    def predict(self, dt_s: F64, settings: SmoothSettings) -> _Models:
        """Return the models `dt_s` (N,) later: mixed by the probability of a change, then each by its noise."""
        leaves = 1 - np.exp(-dt_s[:, None] / np.array(settings.pace_s))
        change = np.stack([1 - leaves[:, 0], leaves[:, 0], leaves[:, 1], 1 - leaves[:, 1]], axis=1)
        joint = change.reshape(-1, 2, 2) * self.share[:, :, None]
        share = joint.sum(axis=1)
        weight = joint / np.maximum(share[:, None], 1e-12)
        value = np.einsum("nij,nik->njk", weight, self.value)
        apart = self.value[:, :, None] - value[:, None]
        cov = np.einsum("nij,nikl->njkl", weight, self.cov)
        cov += np.einsum("nij,nijk,nijl->njkl", weight, apart, apart)
        for model, accel in enumerate(settings.accel):
            value[:, model], cov[:, model] = _predict(value[:, model], cov[:, model], dt_s, accel)
        return _Models(value, cov, share)

    def update(self, k: I64, pos: F64, noise: F64) -> None:
        """Correct rows `k` by positions (K, 2) with covariances (K, 2, 2)."""
        before = self.cov[k]
        total = before[:, :, :2, :2] + noise[:, None]
        inverse = np.linalg.inv(total)
        miss = pos[:, None] - self.value[k, :, :2]
        gain = before[..., :2] @ inverse
        self.value[k] += np.einsum("nmij,nmj->nmi", gain, miss)
        after = before - gain @ before[:, :, :2, :]
        self.cov[k] = (after + after.swapaxes(2, 3)) / 2
        fit = -0.5 * np.einsum("nmi,nmij,nmj->nm", miss, inverse, miss) - 0.5 * np.log(np.linalg.det(total))
        likely = self.share[k] * np.exp(fit - fit.max(axis=1, keepdims=True))
        self.share[k] = likely / likely.sum(axis=1, keepdims=True)

    def mixture(self) -> tuple[F64, F64]:
        """Return the mean (N, 4) and covariance (N, 4, 4) over both models."""
        value = np.einsum("nm,nmk->nk", self.share, self.value)
        apart = self.value - value[:, None]
        spread = self.cov + apart[..., :, None] * apart[..., None, :]
        return value, np.einsum("nm,nmkl->nkl", self.share, spread)


class Smoother:
    """One camera's filters, by track number."""

    _SHAPES: ClassVar[dict[str, tuple[int, ...]]] = {
        "value": (2, 4), "cov": (2, 4, 4), "share": (2,),
        "at": (), "first": (), "agreed": (), "surprise": (), "count": (),
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
        ahead = _Models(rows["value"], rows["cov"], rows["share"]).predict(np.where(running, dt, 0.0), s)
        again = np.flatnonzero(seen & running)
        stale = np.zeros(len(ids), bool)
        stale[again] = self._update(rows, ahead, again, dt, pos_m, cov_m2, at_s)
        born = seen & (~running | stale)
        self._start(rows, ahead, born, pos_m, cov_m2, at_s)
        rows["value"], rows["cov"], rows["share"] = ahead.value, ahead.cov, ahead.share
        for name, values in rows.items():
            self._rows[name][slots[seen]] = values[seen]
        lasts = running | born
        known = lasts & (rows["count"] >= 3) & (at_s - rows["first"] >= s.min_span_s - 1e-6)
        value, cov = ahead.mixture()
        surprise, vel_cov = rows["surprise"][:, None, None], cov[:, 2:, 2:]
        vel = _without_lengthening(value[:, 2:], vel_cov * surprise)
        return Motions(
            np.where(lasts[:, None], value[:, :2], np.nan),
            np.where(known[:, None], vel, np.nan),
            np.where(known[:, None, None], vel_cov * np.maximum(surprise, 1.0), np.nan),
            known,
        )

    def _update(
        self, rows: dict[str, F64], ahead: _Models, k: I64, dt: F64, pos: F64, pos_cov: F64, at_s: float
    ) -> Bools:
        """Correct rows `k` of the models by the observation; return which of them must be reset."""
        s, noise = self._settings, pos_cov[k]
        value, cov = ahead.take(k).mixture()
        miss = pos[k] - value[:, :2]
        far2 = np.einsum("ni,nij,nj->n", miss, np.linalg.inv(cov[:, :2, :2] + noise), miss)
        strange = far2 > s.gate**2
        less = np.maximum(1.0, s.alike_s / dt[k]) * np.where(strange, far2 / s.gate**2, 1.0)
        ahead.update(k, pos[k], noise * less[:, None, None])
        stale = strange & (at_s - rows["agreed"][k] > s.restart_s)
        rows["agreed"][k] = np.where(strange, rows["agreed"][k], at_s)
        weight = 1 - np.exp(-dt[k] / s.surprise_s)
        rows["surprise"][k] += weight * (np.minimum(far2, 25.0) / 2 - rows["surprise"][k])
        rows["at"][k] = at_s
        rows["count"][k] += 1
        return np.asarray(stale, bool)

    def _start(
        self, rows: dict[str, F64], ahead: _Models, born: Bools, pos: F64, pos_cov: F64, at_s: float
    ) -> None:
        ahead.value[born, :, :2], ahead.value[born, :, 2:] = pos[born, None], 0.0
        ahead.cov[born] = np.diag([0.0, 0.0, 1.0, 1.0]) * self._settings.first_speed_mps**2
        ahead.cov[born, :, :2, :2] = pos_cov[born, None]
        ahead.share[born] = np.array(self._settings.pace_s) / sum(self._settings.pace_s)
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


def _without_lengthening(vel_mps: F64, cov: F64) -> F64:
    """Return velocities (N, 2) with errors `cov` (N, 2, 2) whose length is right on average.

    An error across the path adds its variance to the square of the length. A division in place of a subtraction
    keeps a velocity that is smaller than its error.
    """
    square = np.maximum(np.sum(vel_mps**2, axis=1), 1e-12)
    along = np.einsum("ni,nij,nj->n", vel_mps, cov, vel_mps) / square
    across = np.trace(cov, axis1=1, axis2=2) - along
    return np.asarray(vel_mps / np.sqrt(1 + across / square)[:, None], np.float64)

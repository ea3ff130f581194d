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
from passerby.ground.geometry.plane import square


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

    def predict(self, dt_s: F64, settings: SmoothSettings) -> _Models:
        """Return the models `dt_s` (N,) later: mixed by the probability of a change, then each by its noise."""
        leaves = 1 - np.exp(-dt_s[:, None] / np.array(settings.pace_s))
        change = np.stack([1 - leaves[:, 0], leaves[:, 0], leaves[:, 1], 1 - leaves[:, 1]], axis=1)
        joint = change.reshape(-1, 2, 2) * self.share[:, :, None]
        share = joint.sum(axis=1)
        weight = joint / np.maximum(share[:, None], 1e-12)
        value, cov = self._mixed(weight.transpose(0, 2, 1))
        return _Models(*_predict(value, cov, dt_s[:, None], np.array(settings.accel)), share)

    def update(self, k: I64, pos: F64, noise: F64) -> None:
        """Correct rows `k` by positions (K, 2) with covariances (K, 2, 2)."""
        before = self.cov.take(k, axis=0)
        inverse, size = _inverse(before[:, :, :2, :2] + noise[:, None])
        value = self.value.take(k, axis=0)
        miss = pos[:, None] - value[:, :, :2]
        gain = before[..., :2] @ inverse
        self.value[k] = value + (gain @ miss[..., None])[..., 0]
        after = before - gain @ before[:, :, :2, :]
        self.cov[k] = (after + after.swapaxes(2, 3)) / 2
        fit = -0.5 * (square(miss, inverse) + np.log(size))
        likely = self.share.take(k, axis=0) * np.exp(fit - fit.max(axis=1, keepdims=True))
        self.share[k] = likely / likely.sum(axis=1, keepdims=True)

    def mixture(self) -> tuple[F64, F64]:
        """Return the mean (N, 4) and covariance (N, 4, 4) over both models."""
        value, cov = self._mixed(self.share[:, None])
        return value[:, 0], cov[:, 0]

    def _mixed(self, weight: F64) -> tuple[F64, F64]:
        """Return means (N, M, 4) and covariances (N, M, 4, 4) of mixtures of both models by `weight` (N, M, 2)."""
        apart = self.value[:, 0] - self.value[:, 1]
        spread = apart[:, :, None] * apart[:, None]
        cov = (weight @ self.cov.reshape(-1, 2, 16)).reshape(-1, weight.shape[1], 4, 4)
        cov += (weight[..., 0] * weight[..., 1])[..., None, None] * spread[:, None]
        return weight @ self.value, cov


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
        rows = {name: values.take(slots, axis=0) for name, values in self._rows.items()}
        dt = np.maximum(at_s - rows["at"], 1e-3)
        running = dt <= s.unseen_s
        ahead = _Models(rows["value"], rows["cov"], rows["share"]).predict(np.where(running, dt, 0.0), s)
        again = np.flatnonzero(seen & running)
        stale = np.zeros(len(ids), bool)
        stale[again] = self._update(rows, ahead, again, dt, pos_m, cov_m2, at_s)
        born = seen & (~running | stale)
        self._start(rows, ahead, born, pos_m, cov_m2, at_s)
        rows["value"], rows["cov"], rows["share"] = ahead.value, ahead.cov, ahead.share
        kept = slots[seen]
        for name, values in rows.items():
            self._rows[name][kept] = values.compress(seen, axis=0)
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
        value, cov = ahead.mixture()
        miss = pos[k] - value[k, :2]
        far2 = square(miss, _inverse(cov[k, :2, :2] + noise)[0])
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


def _predict(value: F64, cov: F64, dt_s: F64, accel: F64) -> tuple[F64, F64]:
    """Return states (N, M, 4) and covariances (N, M, 4, 4) `dt_s` (N, 1) seconds later with a random acceleration
    of `accel` (M,) in between; the arrays are changed."""
    noise, axes, dt = accel**2 * dt_s, np.eye(2), dt_s[..., None, None]
    pos, both, vel = cov[..., :2, :2], cov[..., :2, 2:], cov[..., 2:, 2:]
    pos += dt * (both + both.swapaxes(2, 3) + dt * vel) + (noise * dt_s**2 / 3)[..., None, None] * axes
    both += dt * vel + (noise * dt_s / 2)[..., None, None] * axes
    vel += noise[..., None, None] * axes
    cov[..., 2:, :2] = both.swapaxes(2, 3)
    value[..., :2] += dt_s[..., None] * value[..., 2:]
    return value, cov


def _without_lengthening(vel_mps: F64, cov: F64) -> F64:
    """Return velocities (N, 2) with errors `cov` (N, 2, 2) whose length is right on average.

    An error across the path adds its variance to the square of the length. A division in place of a subtraction
    keeps a velocity that is smaller than its error.
    """
    length2 = np.maximum(vel_mps[:, 0] ** 2 + vel_mps[:, 1] ** 2, 1e-12)
    across = cov[:, 0, 0] + cov[:, 1, 1] - square(vel_mps, cov) / length2
    return np.asarray(vel_mps / np.sqrt(1 + across / length2)[:, None], np.float64)


def _inverse(matrices: F64) -> tuple[F64, F64]:
    """Return the inverses (..., 2, 2) and determinants (...); for many small matrices LAPACK takes longer."""
    a, b, c, d = (matrices[..., row, column] for row in (0, 1) for column in (0, 1))
    size, adjugate = a * d - b * c, np.empty_like(matrices)
    adjugate[..., 0, 0], adjugate[..., 0, 1], adjugate[..., 1, 0], adjugate[..., 1, 1] = d, -b, -c, a
    return adjugate / size[..., None, None], size

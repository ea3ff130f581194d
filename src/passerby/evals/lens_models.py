"""Motorised lenses for the focus loop: how sharp they are where, and what their gears and sensors add."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.focus import FocusStatus

# Sharpness of a picture that is entirely out of focus.
FLOOR = 0.04


@dataclass(frozen=True, slots=True)
class LensModel:
    """depth: half the range within which a picture is nearly sharp, as a fraction of the travel. noise: of one
    measurement, fraction. play: of the gears, fraction of the travel. second: sharpness of another peak, or 0."""

    name: str
    depth: float
    noise: float = 0.0
    play: float = 0.0
    second: float = 0.0


MODELS = (
    LensModel("deep focus", 0.03),
    LensModel("telephoto", 0.012),
    LensModel("noisy", 0.03, noise=0.015),
    LensModel("backlash", 0.03, noise=0.005, play=0.015),
    LensModel("two peaks", 0.03, noise=0.005, second=0.6),
)


class ModelDrive:
    """A lens of a model with its best position and start drawn from `seed`; a FocusDrive. Moves take no time."""

    has_autofocus = False
    limits = (0.0, 1.0)

    def __init__(self, model: LensModel, seed: int) -> None:
        self._model, self._rng = model, np.random.default_rng([seed, 71])
        self.best = float(self._rng.uniform(0.05, 0.95))
        away = float(self._rng.choice([-1, 1]) * self._rng.uniform(0.2, 0.5))
        self._other = (self.best + away) % 1.0
        self._told = self._at = float(self._rng.uniform(0, 1))

    def status(self) -> FocusStatus:
        """Return the commanded position: the motor does not know the play."""
        return FocusStatus(self._told, is_moving=False)

    def move_to(self, position: float) -> None:
        """Move; a lens that comes from above stops short by the play of its gears."""
        if position != self._told:
            self._at = position + (self._model.play if position < self._told else 0.0)
        self._told = position

    def stop(self) -> None:
        """Nothing moves."""

    def start_autofocus(self) -> None:
        """It has none."""

    def end_autofocus(self) -> None:
        """It has none."""

    def sharpness(self) -> float:
        """Return the true sharpness here, 1 at the best position."""
        peaks = [(self.best, 1.0), (self._other, self._model.second)]
        here = [height / np.hypot(1.0, (self._at - at) / self._model.depth) for at, height in peaks]
        return float(max(*here, FLOOR))

    def measure(self) -> float:
        """Return the sharpness with the noise of a measurement."""
        return self.sharpness() * float(1 + self._model.noise * self._rng.normal())

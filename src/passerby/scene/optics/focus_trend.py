"""Whether a picture is out of focus: suddenly, or slowly over hours and days."""

from __future__ import annotations

from dataclasses import dataclass

# Sharpness, as a fraction of the best, below which a picture is blurred, and above which it is not; and the same
# for its slow mean. Measured: docs/camera-health.md.
BLURRED_BELOW, SHARP_ABOVE = 0.6, 0.7
DRIFT_BELOW, DRIFT_ABOVE = 0.8, 0.88
# Time constant of the slow mean, seconds. Chosen: people who pass change it by less than a hundredth.
MEAN_S = 120.0
# Steepness of edges of a picture that is certainly out of focus. Measured: docs/camera-health.md. Used until the
# camera's own is known.
CERTAINLY_BLURRED = 0.17
# Weight of a new sample in the usual steepness. Chosen by judgement.
NEW = 0.02


@dataclass(frozen=True, slots=True)
class FocusState:
    """is_blurred, is_drifting: None if it cannot be decided now. sharpness: as a fraction of the best."""

    is_blurred: bool | None
    is_drifting: bool | None
    sharpness: float | None


class FocusTrend:
    """The focus of one camera."""

    def __init__(self) -> None:
        self._mean: float | None = None
        self._usual_steepness: float | None = None

    def step(self, ratio: float | None, steepness: float | None, is_night: bool, dt_s: float) -> FocusState:
        """Return the state of one sample.

        ratio: steepness of the view's edges as a fraction of their best, in this light. steepness: of the
        strongest edges, of any view. is_night: infrared; another light needs another focus, so edges are also
        compared with those of the day.
        """
        known = [] if ratio is None else [ratio]
        if steepness is not None and (is_night or ratio is None):
            known.append(steepness / (self._usual_steepness or CERTAINLY_BLURRED / BLURRED_BELOW))
        if not known:
            return FocusState(None, None, None)
        sharpness = min(known)
        if ratio is not None:
            weight = min(1.0, dt_s / MEAN_S)
            self._mean = ratio if self._mean is None else self._mean + weight * (ratio - self._mean)
        blurred = _below(sharpness, BLURRED_BELOW, SHARP_ABOVE)
        return FocusState(blurred, self._drifting(ratio), ratio)

    def learn(self, steepness: float | None) -> None:
        """Learn the usual steepness of edges from a healthy picture by day."""
        if steepness is not None:
            usual = self._usual_steepness or steepness
            self._usual_steepness = usual + NEW * (steepness - usual)

    def _drifting(self, ratio: float | None) -> bool | None:
        return None if ratio is None or self._mean is None else _below(self._mean, DRIFT_BELOW, DRIFT_ABOVE)


def _below(value: float, limit: float, clear: float) -> bool | None:
    return True if value < limit else False if value > clear else None

"""The smallest survey that makes a floor certain enough, if walking people alone do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from passerby.contracts.errors import CalibrationError
from passerby.ground.calibration.prior import MOUNT_SD, Prior
from passerby.ground.calibration.selfcal import UncertainFloorError, fit_walkers
from passerby.ground.calibration.walkers import Walker
from passerby.ground.geometry.mounting import WH

# Entries of a mounting's vector that can be measured, least effort first, and how.
_MEASURED = {
    3: "--hfov-deg (data sheet)",
    1: "--tilt-deg (a phone held to the camera)",
    0: "--height-m (a tape measure)",
}
POINTS = "or measure four or more points on the floor (calibration: points)"


def next_step(error: CalibrationError, walkers: Sequence[Walker], picture_wh: WH, prior: Prior) -> str:
    """Return what makes the calibration possible, with the accuracy that it would have, as a clause.

    error: as fit_walkers raised it for these walkers.
    """
    if not isinstance(error, UncertainFloorError):
        return POINTS
    for size in (1, 2):
        found = [*_enough(error, walkers, picture_wh, prior, size)]
        if found:
            return "the smallest survey that fixes this: " + ", or ".join(found)
    return POINTS


def _enough(
    error: UncertainFloorError, walkers: Sequence[Walker], picture_wh: WH, prior: Prior, size: int
) -> Iterator[str]:
    """Yield each set of `size` measurements after which the same walkers determine the floor."""
    free = [entry for entry in _MEASURED if not prior.given[entry]]
    for entries in combinations(free, size):
        try:
            fit = fit_walkers(walkers, picture_wh, _with(prior, error.vector, entries))
        except CalibrationError:
            continue
        measured = " and ".join(_MEASURED[entry] for entry in entries)
        yield f"{measured}: a metre is then known to {fit.length_sd:.0%}"


def _with(prior: Prior, vector: np.ndarray, entries: Sequence[int]) -> Prior:
    """Return the prior after the entries were measured, with the values that the walkers suggest."""
    values, sd, given = prior.vector.copy(), prior.sd.copy(), [*prior.given]
    sds = MOUNT_SD["height_m"] / np.exp(vector[0]), np.radians(MOUNT_SD["tilt_deg"]), 0.0, MOUNT_SD["focal"]
    for entry in entries:
        values[entry], sd[entry], given[entry] = vector[entry], sds[entry], True
    return Prior(values, sd, (given[0], given[1], given[2], given[3]))

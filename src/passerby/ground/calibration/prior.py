"""The prior of a camera's mounting: the values known before measurements in the picture.

Configured values are as accurate as a tape measure, a phone and a data sheet; the others vary as cameras in
stations do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F64
from passerby.contracts.calibration_settings import Calibration
from passerby.ground.geometry.mounting import WH

# Errors of a mounting from a tape measure, a phone and a data sheet: metres, degrees, fraction of the focal
# length. Chosen by judgement; not measured.
MOUNT_SD = {"height_m": 0.05, "tilt_deg": 0.5, "roll_deg": 0.5, "focal": 0.02}
# Cameras in stations: mean and standard deviation of ln height, tilt, roll, ln(focal / width). Chosen by
# judgement; the eight cameras of benchmarks/self_calibration.py (2.9 to 5 m, 14 to 35 degrees, up to 3 degrees,
# field of view 58 to 95 degrees) are within one deviation.
USUAL = np.array([np.log(3.5), np.radians(25), 0.0, np.log(0.65)])
USUAL_SD = np.array([0.6, np.radians(25), np.radians(4), 0.4])


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """A mounting's vector (4,) before measuring, its standard deviations (4,), and the given entries (4,)."""

    vector: F64
    sd: F64
    given: tuple[bool, bool, bool, bool]


def prior_of(calibration: Calibration, picture_wh: WH) -> Prior:
    """Return the mounting in `calibration`; a roll of exactly 0 is the default and not a measurement."""
    c = calibration
    focal = focal_of(c, picture_wh)
    vector, sd = USUAL + np.array([0, 0, 0, np.log(picture_wh[0])]), USUAL_SD.copy()
    given = (c.height_m is not None, c.tilt_deg is not None, c.roll_deg != 0, focal is not None)
    if c.height_m is not None:
        vector[0], sd[0] = np.log(c.height_m), MOUNT_SD["height_m"] / c.height_m
    if c.tilt_deg is not None:
        vector[1], sd[1] = np.radians(c.tilt_deg), np.radians(MOUNT_SD["tilt_deg"])
    if c.roll_deg != 0:
        vector[2], sd[2] = np.radians(c.roll_deg), np.radians(MOUNT_SD["roll_deg"])
    if focal is not None:
        vector[3], sd[3] = np.log(focal), MOUNT_SD["focal"]
    return Prior(vector, sd, given)


def focal_of(calibration: Calibration, picture_wh: WH) -> float | None:
    """Return the configured focal length in px, given directly or as a field of view."""
    if calibration.focal_px is not None:
        return calibration.focal_px
    if calibration.hfov_deg is None:
        return None
    return float(picture_wh[0] / 2 / np.tan(np.radians(calibration.hfov_deg) / 2))

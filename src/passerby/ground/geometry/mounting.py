"""The mounting of a camera as four numbers with their errors, and its floor.

A pinhole with square pixels and its axis in the middle of the picture. Floor axes: x to the right, y ahead, origin
below the lens. All methods that find a mounting (a tape measure, known lengths, walkers) end in `floor_of`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F64, frozen
from passerby.ground.geometry.plane import GroundPlane

WH = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Mounting:
    """A mounting with its error.

    vector: float64 (4,): ln height_m, tilt and roll in radians, ln focal_px. Roll is clockwise; tilt is the angle
    by which the camera looks down. Logarithms, because a fit moves along these, and no height or focal length is
    negative.
    cov: float64 (4, 4) of these. rms_cm: residual of points or lengths; None without any.
    """

    vector: F64
    cov: F64
    rms_cm: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "vector", frozen("vector", self.vector, "float64", (4,)))
        object.__setattr__(self, "cov", frozen("cov", self.cov, "float64", (4, 4)))

    @staticmethod
    def of(height_m: float, tilt_deg: float, roll_deg: float, focal_px: float, cov: F64 | None = None) -> Mounting:
        """Return the mounting from metres, degrees and pixels; exact without `cov`."""
        tilt, roll = np.radians([tilt_deg, roll_deg])
        vector = np.array([np.log(height_m), tilt, roll, np.log(focal_px)])
        return Mounting(vector, np.zeros((4, 4)) if cov is None else cov)

    @property
    def height_m(self) -> float:
        """Height of the lens above the floor."""
        return float(np.exp(self.vector[0]))

    @property
    def tilt_deg(self) -> float:
        """Angle by which the camera looks down."""
        return float(np.degrees(self.vector[1]))

    @property
    def roll_deg(self) -> float:
        """Clockwise rotation of the camera."""
        return float(np.degrees(self.vector[2]))

    @property
    def focal_px(self) -> float:
        """Focal length."""
        return float(np.exp(self.vector[3]))

    @property
    def sd(self) -> tuple[float, float, float, float]:
        """One standard deviation of height (m), tilt, roll (degrees) and focal length (px)."""
        sd = np.sqrt(np.diag(self.cov)) * [self.height_m, 180 / np.pi, 180 / np.pi, self.focal_px]
        return float(sd[0]), float(sd[1]), float(sd[2]), float(sd[3])

    def hfov_deg(self, picture_wh: WH) -> float:
        """Horizontal field of view of a picture `picture_wh`."""
        return float(2 * np.degrees(np.arctan(picture_wh[0] / 2 / self.focal_px)))


def floor_of(mounting: Mounting, picture_wh: WH) -> GroundPlane:
    """Return the floor of a camera with this mounting, with the propagated error."""
    by_vector = slopes(lambda v: homography(v, picture_wh).ravel(), mounting.vector)
    cov = by_vector @ mounting.cov @ by_vector.T
    return GroundPlane(homography(mounting.vector, picture_wh), cov, mounting.rms_cm)


def homography(vector: F64, picture_wh: WH) -> F64:
    """Return floor metres to picture pixels, (3, 3), for a mounting's vector."""
    height, focal = np.exp(vector[0]), np.exp(vector[3])
    tilt, roll = vector[1], vector[2]
    right, down, ahead = (
        np.array([1.0, 0.0, 0.0]),
        np.array([0.0, -np.sin(tilt), -np.cos(tilt)]),
        np.array([0.0, np.cos(tilt), -np.sin(tilt)]),
    )
    x = np.cos(roll) * right + np.sin(roll) * down
    y = -np.sin(roll) * right + np.cos(roll) * down
    rotation = np.stack([x, y, ahead])
    camera = np.array([0.0, 0.0, height])
    k = np.array([[focal, 0, picture_wh[0] / 2], [0, focal, picture_wh[1] / 2], [0, 0, 1.0]])
    return np.asarray(k @ np.column_stack([rotation[:, 0], rotation[:, 1], -rotation @ camera]))


def slopes(of: Callable[[F64], F64], at: F64) -> F64:
    """Return the derivatives (M, N) of `of`, which gives (M,), by each of the N entries of `at`."""
    step = 1e-5 * np.maximum(np.abs(at), 1.0)
    return np.stack([(of(at + e) - of(at - e)) / (2 * e.max()) for e in np.diag(step)], axis=1)

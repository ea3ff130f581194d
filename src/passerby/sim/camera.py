"""The pinhole camera of the simulation: K, R, t and radial distortion, exact in both directions.

World axes: x along the platform, y to the left of it, z up, metres. Camera axes: right, down, forward.
Pixels have their origin at the centre of the top left pixel. Depth is the distance along the optical axis, m.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from passerby.contracts.arrays import F64

NEAR_M = 0.05
NEWTON_STEPS = 12


@dataclass(frozen=True, slots=True)
class SimCamera:
    """The pose and the optics of a camera.

    position_m: x, y, z. yaw_deg: 0 looks along +x, 90 along +y. tilt_deg: below the horizontal.
    roll_deg: clockwise. focal_px: focal length. distortion: k1, k2 of the radial (Brown) model.
    size_px: width, height.
    """

    name: str
    position_m: tuple[float, float, float]
    yaw_deg: float
    tilt_deg: float
    focal_px: float
    size_px: tuple[int, int]
    roll_deg: float = 0.0
    distortion: tuple[float, float] = (0.0, 0.0)

    @property
    def matrix(self) -> F64:
        """K, float64 (3, 3): focal length on the diagonal, principal point in the middle of the picture."""
        w, h = self.size_px
        return np.array([[self.focal_px, 0, (w - 1) / 2], [0, self.focal_px, (h - 1) / 2], [0, 0, 1.0]])

    @property
    def rotation(self) -> F64:
        """R, float64 (3, 3): world to camera axes; its rows are right, down and forward."""
        yaw, tilt, roll = np.radians([self.yaw_deg, self.tilt_deg, self.roll_deg])
        forward = np.array([np.cos(tilt) * np.cos(yaw), np.cos(tilt) * np.sin(yaw), -np.sin(tilt)])
        right = np.array([np.sin(yaw), -np.cos(yaw), 0.0])
        down = np.cross(forward, right)
        turned = np.cos(roll) * right - np.sin(roll) * down, np.sin(roll) * right + np.cos(roll) * down
        return np.asarray(np.stack([*turned, forward]))

    @property
    def translation(self) -> F64:
        """t, float64 (3,): a world point X is at R X + t in camera axes."""
        return np.asarray(-self.rotation @ np.array(self.position_m))

    @property
    def floor_homography(self) -> F64:
        """float64 (3, 3): (x, y, 1) on the floor z = 0 to undistorted pixels, up to scale."""
        rotation = self.rotation
        return np.asarray(self.matrix @ np.column_stack([rotation[:, 0], rotation[:, 1], self.translation]))

    def project(self, points_m: F64) -> tuple[F64, F64]:
        """Project world points (..., 3) to pixels (..., 2) and depths (...,).

        Points nearer than 5 cm or behind the camera have depth below `NEAR_M`; their pixels are undefined.
        """
        seen = points_m @ self.rotation.T + self.translation
        depth = seen[..., 2]
        flat = seen[..., :2] / np.maximum(depth, NEAR_M)[..., None]
        return self._distort(flat) * self.focal_px + self.matrix[:2, 2], depth

    def rays(self, px: F64) -> F64:
        """Pixels (..., 2) to world directions (..., 3) scaled so that a step of 1 is 1 m of depth."""
        flat = self._undistort((px - self.matrix[:2, 2]) / self.focal_px)
        return np.concatenate([flat, np.ones((*flat.shape[:-1], 1))], axis=-1) @ self.rotation

    def to_floor(self, px: F64, height_m: float = 0.0) -> F64:
        """Pixels (..., 2) to metres (..., 2) on the plane z = height_m; NaN at and above the horizon."""
        ray = self.rays(px)
        with np.errstate(divide="ignore", invalid="ignore"):
            depth = (height_m - self.position_m[2]) / ray[..., 2]
        ground = np.array(self.position_m)[:2] + ray[..., :2] * depth[..., None]
        return np.where((depth > 0)[..., None], ground, np.nan)

    def scaled(self, factor: float) -> SimCamera:
        """The same camera with a picture `factor` times as large."""
        w, h = self.size_px
        return replace(self, focal_px=self.focal_px * factor, size_px=(round(w * factor), round(h * factor)))

    def _distort(self, flat: F64) -> F64:
        k1, k2 = self.distortion
        if k1 == 0 and k2 == 0:
            return flat
        r2 = np.minimum((flat**2).sum(axis=-1, keepdims=True), self._fold_r2())
        return np.asarray(flat * (1 + k1 * r2 + k2 * r2**2))

    def _undistort(self, flat: F64) -> F64:
        k1, k2 = self.distortion
        if k1 == 0 and k2 == 0:
            return flat
        bent = np.sqrt((flat**2).sum(axis=-1, keepdims=True))
        r = bent.copy()
        for _ in range(NEWTON_STEPS):
            r2 = r * r
            slope = np.maximum(1 + 3 * k1 * r2 + 5 * k2 * r2**2, 0.05)
            r -= (r * (1 + k1 * r2 + k2 * r2**2) - bent) / slope
        return np.asarray(flat * np.where(bent > 1e-12, r / np.maximum(bent, 1e-12), 1.0))

    def _fold_r2(self) -> float:
        """Squared radius beyond which the polynomial would fold the picture back onto itself."""
        k1, k2 = self.distortion
        roots = np.roots([5 * k2, 3 * k1, 1.0]) if k2 else np.array([-1 / (3 * k1)])
        real = [root.real for root in roots if abs(root.imag) < 1e-12 and root.real > 0]
        return float(min(real)) * 0.9 if real else np.inf

"""Speed from a four-sided zone with known side lengths, as in Frigate's documentation.

Written from the documentation (docs.frigate.video, configuration/zones, "Speed Estimation": a zone of exactly four
points on the ground, the real distance between consecutive points, the bottom centre of the box), not from its
code: every side gives metres per pixel, opposite sides are weighted by the position of the foot between them, and
the mean of the two pairs converts pixels into metres. It uses no homography, which is the purpose of the
comparison. The speed in pixels is the displacement of the foot over the last second, without the noise of a
shorter step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from passerby.contracts.arrays import F64


@dataclass(frozen=True, slots=True, eq=False)
class SideScales:
    """corners_px (4, 2) in order, the first side far from the camera; lengths_m (4,) of the sides 1-2, 2-3, 3-4,
    4-1."""

    corners_px: F64
    lengths_m: F64

    def contains(self, foot_px: F64) -> bool:
        """Return whether a foot (2,) is in the zone; outside there is no speed."""
        return bool(shapely.Polygon(self.corners_px).contains(shapely.Point(*foot_px)))

    def m_per_px(self, foot_px: F64) -> float:
        """Return the mean of both pairs' scales at a foot (2,)."""
        sides = np.roll(self.corners_px, -1, axis=0) - self.corners_px
        top, right, bottom, left = self.lengths_m / np.linalg.norm(sides, axis=1)
        low, high = self.corners_px.min(axis=0), self.corners_px.max(axis=0)
        across, down = np.clip((foot_px - low) / np.maximum(high - low, 1e-9), 0, 1)
        pairs = (top * (1 - down) + bottom * down, left * (1 - across) + right * across)
        return float(np.mean(pairs))

    def speed_mps(self, from_px: F64, to_px: F64, seconds: float) -> float:
        """Return the speed of a foot that went from (2,) to (2,) px in that time, m/s."""
        return float(np.linalg.norm(to_px - from_px)) * self.m_per_px(to_px) / seconds

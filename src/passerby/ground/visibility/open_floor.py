"""The fraction of the people on a zone's floor that a camera sees past those in front.

People occlude each other, so a camera counts fewer than there are. The difference follows from the positions of
the visible ones: distribute bodies evenly over the floor and calculate the fraction that the boxes in front leave
visible. Dividing by that fraction is the estimator of Horvitz and Thompson (J. Amer. Stat. Assoc. 47, 1952) with a
body's visible fraction as its probability of detection.
"""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F64, Bools
from passerby.contracts.config import Zone
from passerby.contracts.occlusion import is_nearer
from passerby.contracts.people import GroundTracks
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.visibility.resolved import Spots, spots_of

# Number of bodies, and points of each: rows from foot to head, columns over 0.3 of the height, where a body has no
# gaps. Chosen by judgement and not varied: 150 random bodies would give a fraction with a standard deviation of at
# most 4 %. Decision 0017 measures the estimate that uses them.
SPOTS, COLUMNS, ROWS, BODY_WIDTH_SHARE = 150, 3, 4, 0.3
# The body covers this fraction of the width of its box. Chosen by judgement and not varied; decision 0017 measures
# the estimate that uses it.
OPAQUE_SHARE = 0.8


class OpenFloor:
    """The floor of one zone before one camera."""

    def __init__(self, spots: Spots) -> None:
        resolved = spots.resolved
        self._resolved = float(resolved.mean())
        self._foot_y_px, self._height_px = spots.feet_px[resolved, 1], spots.height_px[resolved]
        self._x_px, self._y_px = _bodies(spots.feet_px[resolved], self._height_px)

    @staticmethod
    def of(zone: Zone, plane: GroundPlane, least_height_px: float) -> OpenFloor | None:
        """Return the floor of `zone`; None if it has no size.

        least_height_px: smaller people are hardly detected, so their places count as occluded.
        """
        spots = spots_of(zone, plane, least_height_px, SPOTS)
        return None if spots is None else OpenFloor(spots)

    def share(self, ground: GroundTracks) -> float:
        """Return the fraction (0 to 1) of bodies on the floor that the confirmed boxes leave visible."""
        if not len(self._foot_y_px):
            return 0.0
        return self._resolved * (1.0 - float(self._occluded_share(ground).mean()))

    def _occluded_share(self, ground: GroundTracks) -> Bools:
        """Return which points (bodies, ROWS, COLUMNS) a box in front covers."""
        rows = ground.confirmed
        x, y = ground.foot_px[rows].astype(np.float64).T
        half, height = OPAQUE_SHARE * ground.width_px[rows] / 2, ground.height_px[rows]
        in_front = is_nearer(y, self._foot_y_px[:, None], self._height_px[:, None])
        beside = (np.abs(self._x_px[..., None] - x) < half) & in_front[:, None]
        level = (self._y_px[..., None] < y) & (self._y_px[..., None] > y - height)
        return np.asarray((level[:, :, None] & beside[:, None]).any(axis=3), bool)


def _bodies(feet_px: F64, height_px: F64) -> tuple[F64, F64]:
    """Return the columns (N, COLUMNS) and rows (N, ROWS) of points over standing bodies, px."""
    across = BODY_WIDTH_SHARE * np.linspace(-0.5, 0.5, COLUMNS)
    up = -(np.arange(ROWS) + 0.5) / ROWS
    return feet_px[:, :1] + height_px[:, None] * across, feet_px[:, 1:] + height_px[:, None] * up

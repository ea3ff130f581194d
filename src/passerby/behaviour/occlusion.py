"""A count is a lower bound when people occlude each other.

The number of occluded people is unknown, but the visible boxes show that there are some. In 167 pictures of
simulated platforms, a hall and a train that empties, 91 % of the people are visible (by a quarter of their
outline) where fewer than one box in twenty is more than half covered by another in front of it; 78 % from one in
ten on, 72 % and less from one in five on. The embedded detector finds 63 % of the people in the first case, 42 %
and less in the others.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from passerby.contracts.arrays import F64, Bools
from passerby.contracts.people import GroundTracks

# A box is covered if a nearer box covers more than this fraction of it. Chosen by judgement; not varied in a
# measurement.
COVERED = 0.5
# From this fraction of covered boxes on, the count is a lower bound. Chosen from the measurement above
# (decision 0017): from one in ten on, more than a fifth of the people are occluded.
OCCLUDED_SHARE = 0.1


def people_are_occluded(ground: GroundTracks, inside: Bools) -> bool:
    """Return whether the people in the rows `inside` (N,) occlude each other so much that others are missed."""
    if inside.sum() < 2:
        return False
    return bool((_cover(ground)[inside] > COVERED).mean() >= OCCLUDED_SHARE)


# Zones and rules ask about the same frame, one after the other; one frame of each camera of a unit.
@lru_cache(maxsize=16)
def _cover(ground: GroundTracks) -> F64:
    """Return the largest fraction of each box (N,) covered by one confirmed box in front, which ends lower."""
    low, high = ground.xyxy_px[:, :2], ground.xyxy_px[:, 2:]
    both = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])
    shared = np.clip(both, 0, None).prod(axis=-1)
    in_front = (high[None, :, 1] > high[:, None, 1]) & ground.confirmed[None]
    size = np.maximum(ground.width_px * ground.height_px, 1.0)
    return np.asarray((shared * in_front).max(axis=1, initial=0.0) / size, np.float64)

"""Objects on the floor, in the same metres as `support.rows`."""

from __future__ import annotations

import numpy as np

from passerby.contracts.scene import StillObjects
from support.rows import PX_PER_M, Spot, px


def objects_at(still_s: float, *spots: Spot) -> StillObjects:
    """Boxes of half a metre whose lower edge's middle is at each spot."""
    feet = np.array([px(spot) for spot in spots])
    half = 0.25 * PX_PER_M
    boxes = np.column_stack([feet[:, 0] - half, feet[:, 1] - 2 * half, feet[:, 0] + half, feet[:, 1]])
    return StillObjects(np.arange(len(spots)), boxes, np.full(len(spots), still_s))

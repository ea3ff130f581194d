"""How well the bottom edge of a box tells where a person stands."""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F32, F64, Bools

# One standard deviation: a share of the box's height, and never better than this many px.
FOOT_SD_SHARE, FOOT_SD_MIN_PX = 0.03, 1.0
# A box that was only predicted is this much worse.
HELD_SD_FACTOR = 3.0
# A box that ends this close to the picture's lower edge is cut off there: its foot is below.
CUT_OFF_PX = 2.0


def foot_sd_px(height_px: F32, held: Bools) -> F64:
    """Return one standard deviation (N,) of the foot in either direction, px, for boxes of `height_px` (N,)."""
    sd = np.maximum(FOOT_SD_SHARE * height_px, FOOT_SD_MIN_PX)
    return np.asarray(np.where(held, HELD_SD_FACTOR * sd, sd), np.float64)


def foot_is_seen(xyxy_px: F32, frame_wh: tuple[int, int]) -> Bools:
    """Return whose foot (N,) is in the picture of `frame_wh` px; somebody walking in or out shows no foot."""
    return np.asarray(xyxy_px[:, 3] < frame_wh[1] - CUT_OFF_PX, bool)

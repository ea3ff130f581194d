"""The height of the box around an upright person, for the mounting of a camera.

A person is not a vertical stick. Seen from above, the lower edge of the box is the tip of the nearer foot, in
front of the body's axis, and its upper edge is the rim of a head, not a point on the axis. A stick model makes
people seen from 30 degrees above 8 % too tall and the focal length wrong.
"""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F64
from passerby.ground.geometry.mounting import WH

# Distance of the tip of the nearer foot from the axis, metres: half a shoe, and half a step on average over gait
# and direction. Chosen by judgement; in the simulated stations the lower edge of a walker's box is 0.25 m nearer
# than the body at 3 to 7 m, and 0.14 m at 15 to 20 m (measured later: decision 0007).
FOOT_REACH_M = 0.25
# Chosen by judgement; not varied in a measurement.
HEAD_RADIUS_M = 0.10
# Numerical limit: a foot farther away than about 1000 times the camera's height counts as above the horizon.
# Chosen by judgement.
_LEAST_BELOW_HORIZON = 1e-3


def box_heights_px(vector: F64, bottom_px: F64, height_m: F64 | float, picture_wh: WH) -> F64:
    """Return the height (N,) of the boxes of people `height_m` tall whose bottom centres are `bottom_px` (N, 2).

    vector: a mounting's. NaN for a bottom at or above the horizon.
    """
    centred = bottom_px - np.array(picture_wh) / 2
    lean = np.zeros(len(bottom_px))
    for _ in range(3):
        feet = np.column_stack([centred[:, 0] - lean / 2, centred[:, 1]])
        top = _top_px(vector, feet, height_m)
        lean = top[:, 0] - feet[:, 0]
    return np.asarray(centred[:, 1] - top[:, 1])


def _top_px(vector: F64, feet: F64, height_m: F64 | float) -> F64:
    """Return the uppermost point (N, 2) of people with their nearer foot at `feet` (N, 2); px from the picture's
    middle."""
    height, focal = np.exp(vector[0]), np.exp(vector[3])
    sin_t, cos_t, sin_r, cos_r = np.sin(vector[1]), np.cos(vector[1]), np.sin(vector[2]), np.cos(vector[2])
    a, b = feet[:, 0] / focal, feet[:, 1] / focal
    right, down = cos_r * a - sin_r * b, sin_r * a + cos_r * b
    sinks = down * cos_t + sin_t
    far = np.where(sinks > _LEAST_BELOW_HORIZON, height / np.maximum(sinks, _LEAST_BELOW_HORIZON), np.nan)
    x, y = far * right, far * (cos_t - down * sin_t)
    away = np.hypot(x, y)
    axis = (away + FOOT_REACH_M) / np.maximum(away, 1e-6)
    x, y, drop = x * axis, y * axis, height - (height_m - HEAD_RADIUS_M)
    depth = np.maximum(y * cos_t + drop * sin_t, 0.1)
    right, down = x / depth, (drop * cos_t - y * sin_t) / depth
    return np.column_stack(
        [
            focal * (cos_r * right + sin_r * down),
            focal * (cos_r * down - sin_r * right) - focal * HEAD_RADIUS_M / depth,
        ]
    )

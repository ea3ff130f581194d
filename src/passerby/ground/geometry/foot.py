"""The error of the foot point: the position of a person by the lower edge of the box."""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F32, F64, Bools

# One standard deviation: a fraction of the box's height, and pixels of the detector's input. Measured with two
# detectors on simulated and real pictures: docs/decisions/0007-speed.md; benchmarks/speed.py.
FOOT_SD_SHARE, FOOT_SD_SEEN_PX = 0.02, 1.2
# On the floor, metres, in either direction: a walking person puts one foot ahead and then the other, which near
# the camera is more than any error of the box. Measured with exact and detected boxes in comparison with none,
# 0.10 and 0.15: docs/decisions/0007-speed.md.
GAIT_SD_M = 0.05
# A box ends at the toes of the nearer foot, this far in front of the body, metres. Measured: with exact boxes 0.05
# m for standing and 0.14 to 0.25 m for walking people, with detected ones 0.12 to 0.35 m (decision 0015). The
# value is chosen from these ranges.
AHEAD_M = 0.15
# Factor on the error of a predicted box, and of one whose foot a nearer person occludes. Both are chosen by
# judgement and not varied in a measurement; decision 0007 measures the filter that uses the second one.
PREDICTED_SD_FACTOR, OCCLUDED_SD_FACTOR = 3.0, 4.0
# A box that ends this close to the picture's lower edge is truncated: its foot is below, px. Chosen by judgement;
# not varied in a measurement.
CUT_OFF_PX = 2.0
# The box of a person who enters the picture ends slightly inside; an edge this near gives no speed. Chosen by
# judgement, in standard deviations of the edge. Decision 0007 measures the filter with it; not varied.
EDGE_SDS = 3.0


def reduction(picture_wh: tuple[int, int], input_wh: tuple[int, int]) -> float:
    """Return how many times the detector's input is smaller than the picture; below 1 it is larger."""
    return max(picture_wh[0] / input_wh[0], picture_wh[1] / input_wh[1])


def resolution_px(picture_wh: tuple[int, int], input_wh: tuple[int, int]) -> float:
    """Return how many pixels of the picture correspond to one pixel of the detector's input; at least one."""
    return max(reduction(picture_wh, input_wh), 1.0)


def foot_sd_px(height_px: F32, predicted: Bools, resolution_px: float = 1.0) -> F64:
    """Return one standard deviation (N,) of the foot point in either direction, px, for boxes of `height_px` (N,).

    resolution_px: pixels of the picture per pixel of the detector's input.
    """
    sd = np.hypot(FOOT_SD_SHARE * height_px, FOOT_SD_SEEN_PX * resolution_px)
    return np.asarray(np.where(predicted, PREDICTED_SD_FACTOR * sd, sd), np.float64)


def with_gait(cov_m2: F64) -> F64:
    """Return covariances (N, 2, 2) of feet on the floor as covariances of the people, m²."""
    return cov_m2 + GAIT_SD_M**2 * np.eye(2)


def foot_is_seen(xyxy_px: F32, frame_wh: tuple[int, int], resolution_px: float = 1.0) -> Bools:
    """Return which foot points (N,) are in the picture of `frame_wh` px; a person who enters or leaves shows no
    foot."""
    return np.asarray(xyxy_px[:, 3] < frame_wh[1] - CUT_OFF_PX * resolution_px, bool)


def is_whole(xyxy_px: F32, sd_px: F64, frame_wh: tuple[int, int]) -> Bools:
    """Return which boxes (N,) end well inside the picture; the middle of a truncated one moves with the edge.

    sd_px: (N,), the error of each edge.
    """
    edge = EDGE_SDS * sd_px
    inside = (xyxy_px[:, 0] > edge) & (xyxy_px[:, 2] < frame_wh[0] - edge)
    return np.asarray(inside & (xyxy_px[:, 3] < frame_wh[1] - edge), bool)

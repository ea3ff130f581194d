"""When two hits belong to the same incident, although the track between them broke off."""

from __future__ import annotations

import math

from passerby.contracts.people import Subject
from passerby.ground.geometry.places import BODY_M

# How far apart two hits may be, and how fast somebody may have gone in between: metres, m/s.
SPOT_M, REACH_MPS = 1.5, 2.5


def same_spot(
    a: Subject, b: Subject, gap_s: float = 0.0, *, spot_m: float = SPOT_M, reach_mps: float = REACH_MPS
) -> bool:
    """Return whether `b`, seen `gap_s` seconds after `a`, is about the same place.

    That is within `spot_m`, and `reach_mps` for every second between.

    Distances are measured in body heights, so it works without a calibration. Two whole zones are the same.
    """
    if a.foot_px is None or b.foot_px is None:
        return a.foot_px is b.foot_px
    m_per_px = BODY_M / max(a.height_px, b.height_px, 1.0)
    return math.dist(a.foot_px, b.foot_px) * m_per_px <= spot_m + reach_mps * gap_s

"""When two hits belong to the same incident, although the track between them broke off."""

from __future__ import annotations

import math

from passerby.contracts.people import Subject
from passerby.ground.geometry.places import BODY_M

# Largest distance of two hits, metres, and largest speed of a person between them, m/s. Chosen by judgement
# (decision 0003); not varied in a measurement.
SPOT_M, REACH_MPS = 1.5, 2.5


def same_spot(
    a: Subject, b: Subject, gap_s: float = 0.0, *, spot_m: float = SPOT_M, reach_mps: float = REACH_MPS
) -> bool:
    """Return whether `b`, observed `gap_s` seconds after `a`, is at the same place.

    That is within `spot_m`, plus `reach_mps` for every second between.

    Distances are measured in body heights, so no calibration is needed. Two complete zones are the same.
    """
    if a.foot_px is None or b.foot_px is None:
        return a.foot_px is b.foot_px
    m_per_px = BODY_M / max(a.height_px, b.height_px, 1.0)
    return math.dist(a.foot_px, b.foot_px) * m_per_px <= spot_m + reach_mps * gap_s

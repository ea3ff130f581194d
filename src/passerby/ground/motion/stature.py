"""The usual height of people's boxes, and the foot point of a box that has grown.

A detector may draw a person who walks away between gates down to the end of the gate in front of them: the box
grows although the person gets smaller, and its lower edge stays in place. The head is still visible. The foot
point of a box that has become taller than its person, and than people are, is therefore set below its upper edge
by the person's height. One number per track is stored while the track exists. Figures:
docs/decisions/0007-speed.md.
"""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F64, I64, Bools
from passerby.contracts.columns import TrackColumns
from passerby.contracts.people import Tracks
from passerby.ground.geometry.foot import CUT_OFF_PX
from passerby.ground.geometry.near import standing_px
from passerby.ground.geometry.plane import GroundPlane

# Taller than usual by this fraction, and than a person of 1.7 m by that one; a person who stands up from a bench
# is not. A box that grows as much from one frame to the next contains another person's head. Chosen by judgement:
# most adults are within 10 % of 1.7 m. Decision 0007 measures the rule with these values only.
GROWN, TALL = 0.12, 0.1
# Factor on the error of a foot point that is derived from the head. Measured: decision 0007 compares 1, 2 and 4.
GROWN_SD_FACTOR = 2.0
# Averaging time of the usual height, and age of a track that has one, seconds. Chosen by judgement; not varied in
# a measurement.
USUAL_S, LEAST_AGE_S = 5.0, 0.5
# Iterations; each halves the distance between a foot point and the point given by the height of a standing person.
# Chosen by judgement: eight halvings leave 0.4 % of a distance.
ROUNDS = 8


class Statures:
    """One camera's heights, by track number."""

    def __init__(self) -> None:
        # As a fraction of 1.7 m: the usual height, and the last one, at `at_s`. is_other: has another head.
        self._known = TrackColumns(usual=np.nan, last=np.nan, at_s=np.nan, is_other=False)

    def __len__(self) -> int:
        return len(self._known)

    def reset(self, removed: I64) -> None:
        """Remove the heights of tracks that ended."""
        self._known.drop(self._known.rows_of(removed))

    def feet_px(self, tracks: Tracks, plane: GroundPlane) -> tuple[F64, Bools]:
        """Return foot points (N, 2), px, and which boxes have grown (N,): their foot points follow from the
        heads."""
        left, top, right, bottom = tracks.xyxy_px.astype(np.float64).T
        feet = np.stack([(left + right) / 2, bottom], axis=1)
        tall = (bottom - top) / standing_px(plane, feet)
        seen = (
            np.isfinite(tall) & ~tracks.predicted & (top > CUT_OFF_PX) & (bottom < tracks.frame_wh[1] - CUT_OFF_PX)
        )
        usual, grown = self._learn(tracks, tall, seen)
        if grown.any():
            feet[grown] = _by_head(feet[grown], top[grown], usual[grown], plane)
        return feet, grown

    def _learn(self, tracks: Tracks, tall: F64, seen: Bools) -> tuple[F64, Bools]:
        """Return the usual heights (N,) and which boxes have grown; the others update the usual heights."""
        known, rows = self._known, self._known.rows(tracks.id[seen])
        now, age_s = tall[seen], tracks.age_s[seen].astype(np.float64)
        is_first = np.isnan(known["at_s"][rows])
        usual, last = (np.where(is_first, now, known[name][rows]) for name in ("usual", "last"))
        dt_s = np.where(is_first, 0.0, tracks.at.s - known["at_s"][rows])
        is_tall = (age_s >= LEAST_AGE_S) & (now > np.maximum((1 + GROWN) * usual, 1 + TALL))
        is_other = is_tall & (known["is_other"][rows] | (now > last + GROWN * usual))
        share = np.where(is_tall, 0.0, _share(dt_s, age_s))
        known["usual"][rows], known["last"][rows] = usual + share * (now - usual), now
        known["at_s"][rows], known["is_other"][rows] = tracks.at.s, is_other
        usuals, grown = np.full(len(tracks), np.nan), np.zeros(len(tracks), bool)
        usuals[seen], grown[seen] = usual, is_tall & ~is_other
        return usuals, grown


def _share(dt_s: F64, age_s: F64) -> F64:
    """Return the weights (N,) of observations `dt_s` after the last one: equal at first, later the last ones weigh
    more."""
    return np.asarray(np.maximum(np.minimum(dt_s / np.maximum(age_s, 1e-3), 1.0), 1 - np.exp(-dt_s / USUAL_S)))


def _by_head(feet_px: F64, top_px: F64, usual: F64, plane: GroundPlane) -> F64:
    """Return foot points (N, 2) below the heads at `top_px` (N,) by the `usual` height of a standing person."""
    feet = feet_px.copy()
    for _ in range(ROUNDS):
        below = top_px + usual * standing_px(plane, feet)
        feet[:, 1] = np.where(np.isfinite(below), (feet[:, 1] + below) / 2, feet[:, 1])
    return feet

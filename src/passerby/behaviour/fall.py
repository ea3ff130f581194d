"""Fall: a person lies on the floor, detected by the shape of the box alone (less reliable).

A lying person does not walk, so the rule follows the place: tracks often break when a person falls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.behaviour.incident_key import same_spot
from passerby.behaviour.rule import subject_of
from passerby.contracts.arrays import Bools
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit, Subject
from passerby.contracts.rules import FallRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
from passerby.ground.geometry.near import standing_px
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane

# A standing person's box is about 0.4 times as wide as high, a sitting one's 0.6 and 0.68 times as high. A person
# who lies across the view has a box wider than high; of 30 simulated people who lie along the view, the boxes are
# at least 0.59 times as wide as high and at most 0.64 times as high as a person standing there.
# Measured with exact boxes: with 0.7 and 0.6 for a person who lies along the view 9 of the 30 were missed, with
# 0.58 and 0.65 none, and ten replayed scenes with a fall rule over every zone raise no alarm (log of this file;
# the command was not kept). Chosen: 0.9, between a sitting person and a box as wide as high.
WIDE_SHARE, FLAT_WIDTH_SHARE, FLAT_HEIGHT_SHARE = 0.9, 0.58, 0.65
# The longest time without a lying detection before the spot is free, seconds: detectors miss lying people in some
# frames. Then the reach of a lying person between two detections, metres and m/s. Chosen by judgement; not varied
# in a measurement.
GAP_S, SPOT_M, DRIFT_MPS = 3.0, 1.2, 0.1


@dataclass(slots=True)
class _Spot:
    since: Timestamp
    last: Timestamp
    subject: Subject


class Fall:
    """Rule: a person has been lying in the zone for `lying_s`."""

    def __init__(self, index: int, rule: FallRule, area: Area, plane: GroundPlane | None) -> None:
        self._index, self._rule, self._area, self._plane = index, rule, area, plane
        self._spots: list[_Spot] = []

    def __len__(self) -> int:
        return len(self._spots)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        ground = scene.ground
        self._spots = [spot for spot in self._spots if ground.at.since_s(spot.last) <= GAP_S]
        lying = self._lie(ground) & self._area.contains(ground.foot_px) & ground.confirmed & ~ground.predicted
        spots = [self._see(subject_of(ground, row), ground.at) for row in np.flatnonzero(lying).tolist()]
        return [self._hit(spot) for spot in spots if ground.at.since_s(spot.since) >= self._rule.lying_s]

    def reset(self) -> None:
        """See Rule."""
        self._spots.clear()

    def _lie(self, ground: GroundTracks) -> Bools:
        share = ground.width_px / np.maximum(ground.height_px, 1.0)
        if self._plane is None:
            return np.asarray(share >= WIDE_SHARE)
        upright_px = standing_px(self._plane, ground.foot_px.astype(np.float64))
        flat = ground.height_px <= FLAT_HEIGHT_SHARE * upright_px
        return np.asarray(ground.on_floor & flat & (share >= FLAT_WIDTH_SHARE))

    def _see(self, subject: Subject, now: Timestamp) -> _Spot:
        for spot in self._spots:
            gap_s = now.since_s(spot.last)
            if same_spot(spot.subject, subject, gap_s, spot_m=SPOT_M, reach_mps=DRIFT_MPS):
                spot.last, spot.subject = now, subject
                return spot
        self._spots.append(_Spot(now, now, subject))
        return self._spots[-1]

    def _hit(self, spot: _Spot) -> Hit:
        measures = (Measure("lying", round(spot.last.since_s(spot.since), 1), "s"),)
        return Hit(self._index, self._rule.kind, self._rule.zone, spot.subject, 1, measures, began_s=spot.since.s)

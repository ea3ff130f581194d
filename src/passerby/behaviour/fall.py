"""Fall: a person lies on the floor, detected by the shape of the box alone (less reliable).

A lying person does not walk, so the rule follows the place: tracks often break when a person falls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.behaviour.incident_key import same_spot
from passerby.behaviour.rule import subject_of
from passerby.contracts.events import Measure
from passerby.contracts.people import Hit, Subject
from passerby.contracts.rules import FallRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.lying import lying

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
        down = (
            lying(ground, self._plane) & self._area.contains(ground.foot_px) & ground.confirmed & ~ground.predicted
        )
        spots = [self._see(subject_of(ground, row), ground.at) for row in np.flatnonzero(down).tolist()]
        return [self._hit(spot) for spot in spots if ground.at.since_s(spot.since) >= self._rule.lying_s]

    def reset(self) -> None:
        """See Rule."""
        self._spots.clear()

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

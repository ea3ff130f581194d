"""Intrusion: a person is in a forbidden zone. On a track, trains and boarding passengers do not trigger it."""

from __future__ import annotations

import numpy as np

from passerby.behaviour.over_edge import OverEdge
from passerby.behaviour.presence import Presence
from passerby.behaviour.rule import Rule, lasting
from passerby.contracts.arrays import Bools
from passerby.contracts.events import Measure
from passerby.contracts.people import Hit
from passerby.contracts.rules import IntrusionRule
from passerby.contracts.scene import Scene
from passerby.ground.geometry.places import Area

# An absence from the zone for longer than this ends a dwell there, seconds. Chosen by judgement, as LEAVE_S of
# meters.py; not varied in a measurement.
LEAVE_S = 0.5
# Occluded feet make a person appear too far away: people who wait at the platform edge appear on the bed. Seconds.
# Chosen: longer than measured on the scenario `platform`, seed 202, where ten such people appeared on the bed for
# up to 1.0 s (decision 0016).
OCCLUDED_FOOT_S = 2.0


class Intrusion(Rule[IntrusionRule]):
    """Rule: a confirmed person stands in the zone for at least `hold_s`; for `OCCLUDED_FOOT_S` if the foot is
    occluded.

    In a zone of kind track this includes a person who went over the platform edge and is occluded by it
    (over_edge.py). While a train is there, only people reported before it came are reported.
    """

    def __init__(self, index: int, rule: IntrusionRule, area: Area) -> None:
        self._area = area
        self._presence = Presence(area, enter_s=rule.hold_s, leave_s=LEAVE_S)
        self._patient = Presence(area, enter_s=max(rule.hold_s, OCCLUDED_FOOT_S), leave_s=LEAVE_S)
        self._edge = OverEdge(area)
        self._reported: set[int] = set()
        super().__init__(index, rule, self._presence, self._patient, self._edge)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        ground = scene.ground
        fallen = self._edge.step(ground)
        inside = self._area.has(ground) | fallen
        seen = ground.seen & ~self._passengers(scene, inside)
        with_foot = seen & (fallen | ~ground.occluded)
        dwells = self._presence.step(ground, inside, with_foot)
        patient = self._patient.step(ground, inside, seen)
        is_intruder = dwells.inside | patient.inside
        since_ns = np.where(dwells.inside, dwells.since_ns, patient.since_ns)
        rows = np.flatnonzero(is_intruder & inside & seen)
        self._reported &= set(ground.id[is_intruder].tolist())
        self._reported.update(ground.id[rows].tolist())
        return [
            self._hit_of(ground, row, since.s, Measure("inside", inside_s, "s"))
            for row, since, inside_s in lasting(rows, since_ns[rows], ground.at, 0.0)
        ]

    def reset(self) -> None:
        """See Rule."""
        super().reset()
        self._reported.clear()

    def _passengers(self, scene: Scene, inside: Bools) -> Bools:
        """Return which rows may be passengers: while a train is there, people inside who were not reported."""
        train = scene.train(self._area.name) if self._area.kind == "track" else None
        if train is None or not train.is_there:
            return np.zeros(len(inside), bool)
        return np.asarray(inside & ~np.isin(scene.ground.id, list(self._reported)))

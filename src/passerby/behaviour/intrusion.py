"""Intrusion: somebody is where nobody may be."""

from __future__ import annotations

import numpy as np

from passerby.behaviour.presence import Presence
from passerby.behaviour.rule import subject_of
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit
from passerby.contracts.rules import IntrusionRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
from passerby.ground.places import Area

LEAVE_S = 0.5


class Intrusion:
    """Rule: a confirmed person stands in the zone for at least `hold_s`."""

    def __init__(self, index: int, rule: IntrusionRule, area: Area) -> None:
        self._index, self._rule = index, rule
        self._presence = Presence(area, enter_s=rule.hold_s, leave_s=LEAVE_S)

    def __len__(self) -> int:
        return len(self._presence)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        ground = scene.ground
        stays = self._presence.step(ground)
        return [self._hit(ground, int(r), stays.since[int(ground.id[r])]) for r in np.flatnonzero(stays.seen)]

    def forget(self) -> None:
        """See Rule."""
        self._presence.forget()

    def _hit(self, ground: GroundTracks, row: int, since: Timestamp) -> Hit:
        measures = (Measure("inside", round(ground.at.since_s(since), 1), "s"),)
        subject = subject_of(ground, row)
        return Hit(self._index, self._rule.kind, self._rule.zone, subject, 1, measures, began_s=since.s)

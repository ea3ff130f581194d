"""Intrusion: somebody is where nobody may be. On a track, a train and those who board it are no intruders."""

from __future__ import annotations

import dataclasses

import numpy as np

from passerby.behaviour.over_edge import OverEdge
from passerby.behaviour.presence import Presence
from passerby.behaviour.rule import subject_of
from passerby.contracts.arrays import Bools
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit
from passerby.contracts.rules import IntrusionRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
from passerby.ground.places import Area

LEAVE_S = 0.5


class Intrusion:
    """Rule: a confirmed person stands in the zone for at least `hold_s`.

    In a zone of kind track is also who went over the platform's edge and is hidden by it (over_edge.py). While a
    train is at such a zone only those are told who were told before it came.
    """

    def __init__(self, index: int, rule: IntrusionRule, area: Area) -> None:
        self._index, self._rule, self._area = index, rule, area
        self._presence = Presence(area, enter_s=rule.hold_s, leave_s=LEAVE_S)
        self._edge = OverEdge(area) if area.kind == "track" else None
        self._told: set[int] = set()

    def __len__(self) -> int:
        return len(self._presence) + (len(self._edge) if self._edge is not None else 0)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        self._told -= set(scene.ground.gone.tolist())
        inside = self._inside(scene.ground)
        ground = self._without_passengers(scene, inside)
        stays = self._presence.step(ground, inside)
        rows = np.flatnonzero(stays.seen).tolist()
        self._told = (self._told & stays.since.keys()) | {int(ground.id[row]) for row in rows}
        return [self._hit(ground, row, stays.since[int(ground.id[row])]) for row in rows]

    def forget(self) -> None:
        """See Rule."""
        self._presence.forget()
        self._told.clear()
        if self._edge is not None:
            self._edge.forget()

    def _inside(self, ground: GroundTracks) -> Bools:
        inside = self._area.contains(ground.foot_px)
        return inside if self._edge is None else inside | self._edge.step(ground)

    def _without_passengers(self, scene: Scene, inside: Bools) -> GroundTracks:
        """Return the frame with everybody doubtful who was not told before the train came."""
        train = scene.train(self._area.name) if self._area.kind == "track" else None
        if train is None or not train.is_there:
            return scene.ground
        intruders: Bools = np.isin(scene.ground.id, list(self._told))
        return dataclasses.replace(scene.ground, confirmed=scene.ground.confirmed & (intruders | ~inside))

    def _hit(self, ground: GroundTracks, row: int, since: Timestamp) -> Hit:
        measures = (Measure("inside", round(ground.at.since_s(since), 1), "s"),)
        subject = subject_of(ground, row)
        return Hit(self._index, self._rule.kind, self._rule.zone, subject, 1, measures, began_s=since.s)

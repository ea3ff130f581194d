"""May need help: a dwell or pacing at the platform edge, or an object left there. It is not a diagnosis.

Pacing along the yellow line and leaving an object were the two behaviours observed before suicide attempts and not
in other passengers (Mishara, Bardon & Dupont 2016, BMC Public Health 16:1245). They would have indicated 24 % of
the attempts: a reason for staff to speak to a person, not a statement about the person.
"""

from __future__ import annotations

from collections.abc import Iterator

from passerby.behaviour.left_object import Unattended
from passerby.behaviour.pacing import Pacing
from passerby.behaviour.presence import Presence
from passerby.behaviour.rule import Rule
from passerby.contracts.events import Measure
from passerby.contracts.people import Hit
from passerby.contracts.rules import MayNeedHelpRule
from passerby.contracts.scene import Scene
from passerby.ground.geometry.near import Axis
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane

# An absence from the edge for longer than this ends a dwell there, seconds; a step back and forth does not.
# Chosen by judgement; not varied in a measurement.
LEAVE_S = 3.0
# An object is left if no person is this near, metres. Chosen: equal to the default of `left_object`. The rule of
# the ISCAPS project (2 m for 30 s, as quoted by the SUBITO project) has the same distance.
OBJECT_ALONE_M = 2.0


class MayNeedHelp(Rule[MayNeedHelpRule]):
    """Rule: one event for any of the three signs; `reason` names the sign."""

    def __init__(self, index: int, rule: MayNeedHelpRule, area: Area, plane: GroundPlane | None) -> None:
        self._dwells = Presence(area, enter_s=0.0, leave_s=LEAVE_S, of_people=True)
        self._pacing = Pacing(area, Axis.of(area, plane), rule.pacing_leg_m, rule.pacing_window_s)
        self._objects = Unattended(area, plane, OBJECT_ALONE_M)
        limits = rule.edge_dwell_s, rule.pacing_turns, rule.object_still_s
        signs = zip((self._lingering, self._pacers, self._left_objects), limits, strict=True)
        self._signs = [(sign, limit) for sign, limit in signs if limit is not None]
        super().__init__(index, rule, self._dwells, self._pacing, self._objects)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        by_track: dict[int | None, Hit] = {}
        for hit in (hit for sign, limit in self._signs for hit in sign(scene, limit)):
            by_track.setdefault(hit.subject.track, hit)
        return list(by_track.values())

    def _lingering(self, scene: Scene, least_s: float) -> Iterator[Hit]:
        """Yield the people with a long dwell at the edge. With a train at the platform all dwell times start
        again."""
        if any(train.is_there for train in scene.trains):
            self._dwells.reset()
            return
        dwells = self._dwells.step(scene.ground)
        for row, since, dwell in dwells.lasting(dwells.seen, scene.at, least_s):
            yield self._hit_of(scene.ground, row, since.s, Measure("reason", "edge_dwell"), dwell)

    def _pacers(self, scene: Scene, least: float) -> Iterator[Hit]:
        for row, turns in self._pacing.step(scene.ground).items():
            if len(turns) >= least:
                measures = Measure("reason", "pacing"), Measure("turns", len(turns))
                yield self._hit_of(scene.ground, row, turns[0].s, *measures)

    def _left_objects(self, scene: Scene, still_s: float) -> Iterator[Hit]:
        for subject, still, began_s in self._objects.step(scene, still_s):
            yield self._hit(subject, 0, began_s, Measure("reason", "left_object"), still)

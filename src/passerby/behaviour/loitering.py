"""Loitering: a person stays in a zone. The clock is seconds, or trains that departed without them.

A short absence does not reset it. Hits occur only while the person is observed inside; the incident outlives the
gaps (see Incidents). A person who came out of a staff zone is ignored.
"""

from __future__ import annotations

from collections.abc import Sequence

from passerby.behaviour.missed import MissedTrains
from passerby.behaviour.presence import Presence
from passerby.behaviour.rule import Rule
from passerby.contracts.events import Measure
from passerby.contracts.people import Hit
from passerby.contracts.rules import LoiteringRule
from passerby.contracts.scene import Scene
from passerby.ground.geometry.places import Area


class Loitering(Rule[LoiteringRule]):
    """Rule: a dwell of at least `dwell_s`, or of `departures` trains, with gaps of up to `gap_s`.

    staff: the camera's zones of kind staff.
    """

    def __init__(self, index: int, rule: LoiteringRule, area: Area, staff: Sequence[Area] = ()) -> None:
        self._presence = Presence(area, enter_s=0.0, leave_s=rule.gap_s, of_people=True, staff=staff)
        self._missed = MissedTrains(rule.track)
        super().__init__(index, rule, self._presence, self._missed)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        dwells, people = self._presence.step(scene.ground), scene.ground
        self._missed.step(scene)
        present = dwells.seen & ~dwells.staff
        if self._rule.clock == "seconds":
            return [
                self._hit_of(people, row, since.s, dwell)
                for row, since, dwell in dwells.lasting(present, scene.at, self._rule.dwell_s)
            ]
        return [
            self._hit_of(people, row, since.s, dwell, Measure("trains_missed", missed))
            for row, since, dwell in dwells.lasting(present, scene.at)
            if (missed := self._missed.since(since, scene.at)) >= self._rule.departures
        ]

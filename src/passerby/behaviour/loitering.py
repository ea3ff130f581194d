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
from passerby.contracts.people import GroundTracks, Hit
from passerby.contracts.rules import LoiteringRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
from passerby.ground.geometry.places import Area


class Loitering(Rule[LoiteringRule]):
    """Rule: a dwell of at least `dwell_s`, or of `departures` trains, with gaps of up to `gap_s`.

    staff: the camera's zones of kind staff.
    """

    def __init__(self, index: int, rule: LoiteringRule, area: Area, staff: Sequence[Area] = ()) -> None:
        self._presence = Presence(area, enter_s=0.0, leave_s=rule.gap_s, of_people=True, staff=staff)
        self._missed = MissedTrains(rule.track)
        super().__init__(index, rule, self._presence)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        dwells = self._presence.step(scene.ground)
        self._missed.step(scene)
        by_trains = self._rule.clock == "departures"
        waits = dwells.lasting(dwells.seen & ~dwells.staff, scene.at, 0.0 if by_trains else self._rule.dwell_s)
        hits = (self._dweller(scene.ground, row, since, dwell_s, by_trains) for row, since, dwell_s in waits)
        return [hit for hit in hits if hit]

    def reset(self) -> None:
        """See Rule."""
        super().reset()
        self._missed.reset()

    def _dweller(
        self, ground: GroundTracks, row: int, since: Timestamp, dwell_s: float, by_trains: bool
    ) -> Hit | None:
        measures: tuple[Measure, ...] = (Measure("dwell", round(dwell_s, 1), "s"),)
        if by_trains:
            missed = self._missed.since(since, ground.at)
            if missed < self._rule.departures:
                return None
            measures = (*measures, Measure("trains_missed", missed))
        return self._hit_of(ground, row, since.s, *measures)

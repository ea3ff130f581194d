"""Loitering: somebody stays in a zone. The clock is seconds; leaving for a moment does not reset it.

Hits come only while somebody is seen inside; the incident outlives the gaps (see Incidents).
"""

from __future__ import annotations

import numpy as np

from passerby.behaviour.presence import Presence
from passerby.behaviour.rule import subject_of
from passerby.contracts.errors import UsageError
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit
from passerby.contracts.rules import LoiteringRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
from passerby.ground.places import Area


class Loitering:
    """Rule: a stay of at least `dwell_s`, with gaps of up to `gap_s`."""

    def __init__(self, index: int, rule: LoiteringRule, area: Area) -> None:
        if rule.clock != "seconds":
            raise UsageError(
                f"loitering in {rule.zone!r}: clock {rule.clock} is not available, write clock: seconds"
            )
        self._index, self._rule = index, rule
        self._presence = Presence(area, enter_s=0.0, leave_s=rule.gap_s, hands_on=True)

    def __len__(self) -> int:
        return len(self._presence)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        ground = scene.ground
        stays = self._presence.step(ground)
        rows = np.flatnonzero(stays.seen)
        hits = (self._hit(ground, int(row), stays.since[int(ground.id[row])]) for row in rows)
        return [hit for hit in hits if hit]

    def forget(self) -> None:
        """See Rule."""
        self._presence.forget()

    def _hit(self, ground: GroundTracks, row: int, since: Timestamp) -> Hit | None:
        dwell_s = ground.at.since_s(since)
        if dwell_s < self._rule.dwell_s:
            return None
        measures = (Measure("dwell", round(dwell_s, 1), "s"),)
        subject = subject_of(ground, row)
        return Hit(self._index, self._rule.kind, self._rule.zone, subject, 1, measures, began_s=since.s)

"""Fall: a person lies on the floor, detected by the shape of the box alone (less reliable).

Tracks often break when a person falls and lies, so the rule follows the person over its tracks (continuity.py).
"""

from __future__ import annotations

import numpy as np

from passerby.behaviour.rule import Rule, lasting
from passerby.contracts.columns import NEVER, TrackColumns
from passerby.contracts.events import Measure
from passerby.contracts.people import Hit
from passerby.contracts.rules import FallRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import NS_PER_S
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.lying import lying

# The longest time without a lying detection that is still one fall, seconds: detectors miss lying people in some
# frames. Chosen by judgement; not varied in a measurement.
GAP_S = 3.0


class Fall(Rule[FallRule]):
    """Rule: a person has been lying in the zone for `lying_s`."""

    def __init__(self, index: int, rule: FallRule, area: Area, plane: GroundPlane | None) -> None:
        self._area, self._plane = area, plane
        self._falls = TrackColumns(since_ns=NEVER, last_ns=NEVER)
        super().__init__(index, rule, self._falls)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        ground, falls, now_ns = scene.ground, self._falls, scene.at.mono_ns
        falls.drop((now_ns - falls["last_ns"]) / NS_PER_S > GAP_S)
        down = np.flatnonzero(lying(ground, self._plane) & self._area.has(ground) & ground.seen)
        rows = falls.rows(ground.continues[down])
        since_ns = np.where(falls["last_ns"][rows] == NEVER, now_ns, falls["since_ns"][rows])
        falls.put(rows, since_ns=since_ns, last_ns=now_ns)
        return [
            self._hit_of(ground, row, since.s, Measure("lying", lying_s, "s"))
            for row, since, lying_s in lasting(down, since_ns, scene.at, self._rule.lying_s)
        ]

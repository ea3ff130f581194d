"""Left object: an object lies in a zone and no person is near it."""

from __future__ import annotations

from passerby.behaviour.rule import Rule
from passerby.behaviour.unattended import Unattended
from passerby.contracts.people import Hit
from passerby.contracts.rules import LeftObjectRule
from passerby.contracts.scene import Scene
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane


class LeftObject(Rule[LeftObjectRule]):
    """Rule: an object is still for `still_s` with no person within `distance_m`."""

    def __init__(self, index: int, rule: LeftObjectRule, area: Area, plane: GroundPlane | None) -> None:
        self._objects = Unattended(area, plane, rule.distance_m)
        super().__init__(index, rule, self._objects)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        return [
            self._hit(subject, 0, began_s, still)
            for subject, still, began_s in self._objects.step(scene, self._rule.still_s)
        ]

"""Left object: an object lies in a zone and no person is near it."""

from __future__ import annotations

from passerby.behaviour.unattended import Unattended
from passerby.contracts.people import Hit
from passerby.contracts.rules import LeftObjectRule
from passerby.contracts.scene import Scene
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane


class LeftObject:
    """Rule: an object is still for `still_s` with no person within `distance_m`."""

    def __init__(self, index: int, rule: LeftObjectRule, area: Area, plane: GroundPlane | None) -> None:
        self._index, self._rule = index, rule
        self._objects = Unattended(area, plane, rule.still_s, rule.distance_m)

    def __len__(self) -> int:
        return len(self._objects)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        return [
            Hit(self._index, self._rule.kind, self._rule.zone, subject, 0, (still,), began_s)
            for subject, still, began_s in self._objects.step(scene)
        ]

    def reset(self) -> None:
        """See Rule."""
        self._objects.reset()

"""Left object: an object lies in a zone for a minimum time with no person of this camera's picture near it.

The person who put an object down is not followed: a person who leaves the picture and returns is a new person.
"""

from __future__ import annotations

import numpy as np

from passerby.behaviour.rule import Rule, subject
from passerby.contracts.events import Measure
from passerby.contracts.people import Hit, Subject
from passerby.contracts.rules import LeftObjectRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
from passerby.ground.geometry.near import distance_m
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane

# A passer-by does not attend to an object, and a person who turns away for a moment still does: seconds near it,
# and seconds away. Chosen by judgement; not varied in a measurement.
ALONE_S = 5.0


class LeftObject(Rule[LeftObjectRule]):
    """Rule: an object is still for `still_s` with no person within `distance_m`."""

    def __init__(self, index: int, rule: LeftObjectRule, area: Area, plane: GroundPlane | None) -> None:
        self._objects = Unattended(area, plane, rule.distance_m)
        super().__init__(index, rule, self._objects)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        return [
            self._hit(left, 0, began_s, still)
            for left, still, began_s in self._objects.step(scene, self._rule.still_s)
        ]


class Unattended:
    """The unattended objects in one zone; `distance_m` as in LeftObjectRule."""

    def __init__(self, area: Area, plane: GroundPlane | None, distance_m: float) -> None:
        self._area, self._plane, self._distance_m = area, plane, distance_m
        self._alone: dict[int, Timestamp] = {}

    def __len__(self) -> int:
        return len(self._alone)

    def step(self, scene: Scene, still_s: float) -> list[tuple[Subject, Measure, float]]:
        """Return the objects that are unattended and still for `still_s`: each as a subject, the time it is still,
        and the second since when."""
        numbers = scene.objects.id.tolist()
        self._alone = {number: since for number, since in self._alone.items() if number in numbers}
        within = self._area.contains(scene.objects.foot_px) if numbers else np.zeros(0, bool)
        return [
            _described(scene, row)
            for row in np.flatnonzero(within).tolist()
            if self._is_alone(scene, row) and float(scene.objects.still_s[row]) >= still_s
        ]

    def reset(self) -> None:
        """Reset the state, because the picture was interrupted."""
        self._alone.clear()

    def _is_alone(self, scene: Scene, row: int) -> bool:
        number, (x, y) = int(scene.objects.id[row]), scene.objects.foot_px[row].tolist()
        near = distance_m(self._plane, (x, y), scene.ground) <= self._distance_m
        if (near & scene.ground.confirmed).any():
            self._alone.pop(number, None)
            return False
        return scene.at.since_s(self._alone.setdefault(number, scene.at)) >= ALONE_S


def _described(scene: Scene, row: int) -> tuple[Subject, Measure, float]:
    objects = scene.objects
    (_, top, _, bottom), still_s = objects.xyxy_px[row], float(objects.still_s[row])
    number = -1 - int(objects.id[row])  # below zero are objects: no track has such a number
    lying = subject(number, objects.foot_px[row], bottom - top, number)
    return lying, Measure("still", round(still_s, 1), "s"), max(0.0, scene.at.s - still_s)

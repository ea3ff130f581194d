"""Line crossing: a person settled on one side, then on the other, in one track or in several."""

from __future__ import annotations

from passerby.behaviour.rule import Rule
from passerby.behaviour.sides import Crossings
from passerby.contracts.config import Camera
from passerby.contracts.events import Measure
from passerby.contracts.people import Hit
from passerby.contracts.rules import LineCrossingRule
from passerby.contracts.scene import Scene
from passerby.ground.geometry.places import Gate
from passerby.ground.geometry.plane import GroundPlane


def crossings_of(camera: Camera, plane: GroundPlane | None) -> dict[str, Crossings]:
    """Return the crossings of each of the camera's lines, by the line's name."""
    return {line.name: Crossings(Gate.of(line, plane)) for line in camera.lines}


class LineCrossing(Rule[LineCrossingRule]):
    """Rule: a person crosses a line, in the given direction or any."""

    def __init__(self, index: int, rule: LineCrossingRule, crossings: Crossings) -> None:
        super().__init__(index, rule, crossings)
        self._crossings = crossings

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        return [
            self._hit(crossing.subject, 1, crossing.began_s, Measure("direction", crossing.direction))
            for crossing in self._crossings.step(scene.ground)
            if self._rule.direction in ("any", crossing.direction)
        ]

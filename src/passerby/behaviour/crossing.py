"""Line crossing: a person settled on one side, then on the other, in one track or in several."""

from __future__ import annotations

from passerby.behaviour.rule import Rule
from passerby.behaviour.sides import Crossing, Sides
from passerby.contracts.config import Camera
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit
from passerby.contracts.rules import LineCrossingRule
from passerby.contracts.scene import Scene
from passerby.ground.geometry.places import Gate
from passerby.ground.geometry.plane import GroundPlane


class Crossings:
    """Crossings of one line, `line` is its name. "in" is from left to right when walking along the line as drawn.

    A walk is that of a person over all tracks that continue each other (continuity.py), so a crossing counts once,
    also if no single track shows it. The rule and the counter of a line share one object, so each frame is
    processed once.
    """

    def __init__(self, gate: Gate) -> None:
        self.line = gate.name
        self._sides = Sides(gate)
        self._latest: tuple[GroundTracks, list[Crossing]] | None = None

    def __len__(self) -> int:
        return len(self._sides)

    def step(self, ground: GroundTracks) -> list[Crossing]:
        """Return the crossings of this frame; only confirmed, matched tracks are used.

        A repeated call with the same rows returns the same result.
        """
        if self._latest is None or self._latest[0] is not ground:
            self._latest = ground, self._sides.step(ground)
        return self._latest[1]

    def reset(self) -> None:
        """Reset the state, because the picture was interrupted."""
        self._sides.reset()
        self._latest = None


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

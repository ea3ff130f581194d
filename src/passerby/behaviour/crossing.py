"""Line crossing: a person settled on one side, then on the other, in one track or in two connected tracks."""

from __future__ import annotations

import numpy as np

from passerby.behaviour.broken import OCCLUDED_S, Observation, Trail
from passerby.behaviour.sides import Crossing, Walk
from passerby.contracts.config import Camera
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit
from passerby.contracts.rules import LineCrossingRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
from passerby.ground.geometry.places import Gate
from passerby.ground.geometry.plane import GroundPlane


class Crossings:
    """Crossings of one line. "in" is from left to right when walking along the line as drawn.

    An occluded person often returns as another track. A track that ended is continued by one that starts at the
    expected position; the two together may show a crossing that neither shows alone. No person is counted twice.
    The rule and the counter of a line share one object, so each frame is processed once.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._walks: dict[int, Walk] = {}
        self._broken: list[Walk] = []
        self._latest: tuple[GroundTracks, list[Crossing]] | None = None

    @property
    def line(self) -> str:
        """The name of the line."""
        return self._gate.name

    def __len__(self) -> int:
        return len(self._walks) + len(self._broken)

    def step(self, ground: GroundTracks) -> list[Crossing]:
        """Return the crossings of this frame; only confirmed, matched tracks are used.

        A repeated call with the same rows returns the same result.
        """
        if self._latest is None or self._latest[0] is not ground:
            self._latest = ground, self._look(ground)
        return self._latest[1]

    def _look(self, ground: GroundTracks) -> list[Crossing]:
        crossed = [self._let_go(track) for track in ground.removed.tolist()]
        offset, sd = self._gate.offset_m(ground)
        feet_px, seen = self._gate.feet_px(ground), ground.confirmed & ~ground.predicted
        for row in np.flatnonzero(seen).tolist():
            observation = Observation.of(ground, row, feet_px[row], float(offset[row]), float(sd[row]))
            crossed.append(self._see(int(ground.id[row]), observation))
        crossed += self._give_up(ground.at)
        return [one for one in crossed if one is not None]

    def reset(self) -> None:
        """Reset the state, because the picture was interrupted."""
        self._walks.clear()
        self._broken.clear()
        self._latest = None

    def _see(self, track: int, observation: Observation) -> Crossing | None:
        walk = self._walks.get(track)
        if walk is not None:
            return walk.step(observation, self._gate)
        walk = self._walks[track] = Walk(track, Trail())
        crossing = walk.step(observation, self._gate)
        before = min(self._broken, key=lambda b: b.trail.residual(walk.trail), default=None)
        if before is None or not np.isfinite(before.trail.residual(walk.trail)):
            return crossing
        self._broken.remove(before)
        return walk.take_up(before, self._gate)

    def _let_go(self, track: int) -> Crossing | None:
        """Connect a track that ended to a new track, or keep it waiting."""
        walk = self._walks.pop(track, None)
        if walk is None:
            return None
        residuals = {n: walk.trail.residual(later.trail) for n, later in self._walks.items() if later.is_new}
        heir = min(residuals, key=lambda n: residuals[n], default=None)
        if heir is not None and np.isfinite(residuals[heir]):
            return self._walks[heir].take_up(walk, self._gate)
        self._broken.append(walk)
        return None

    def _give_up(self, now: Timestamp) -> list[Crossing | None]:
        """Return the crossings of broken tracks that were not continued in time."""
        over = [walk for walk in self._broken if now.since_s(walk.trail.last.at) > OCCLUDED_S]
        self._broken = [walk for walk in self._broken if walk not in over]
        return [walk.end(self._gate) for walk in over]


def crossings_of(camera: Camera, plane: GroundPlane | None) -> dict[str, Crossings]:
    """Return the crossings of each of the camera's lines, by the line's name."""
    return {line.name: Crossings(Gate.of(line, plane)) for line in camera.lines}


class LineCrossing:
    """Rule: a person crosses a line, in the given direction or any."""

    def __init__(self, index: int, rule: LineCrossingRule, crossings: Crossings) -> None:
        self._index, self._rule, self._crossings = index, rule, crossings

    def __len__(self) -> int:
        return len(self._crossings)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        wanted = self._rule.direction
        found = self._crossings.step(scene.ground)
        return [self._hit(one) for one in found if wanted in ("any", one.direction)]

    def reset(self) -> None:
        """See Rule."""
        self._crossings.reset()

    def _hit(self, crossing: Crossing) -> Hit:
        return Hit(
            rule=self._index,
            kind=self._rule.kind,
            place=self._rule.line,
            subject=crossing.subject,
            people=1,
            measures=(Measure("direction", crossing.direction),),
            began_s=crossing.began_s,
            instant=True,
        )

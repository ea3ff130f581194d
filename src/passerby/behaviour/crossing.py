"""Line crossing: a person settled on one side, then on the other, in one track or in several."""

from __future__ import annotations

import numpy as np

from passerby.behaviour.rule import subjects_of
from passerby.behaviour.sides import Crossing, Observation, Walk
from passerby.contracts.config import Camera
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit
from passerby.contracts.rules import LineCrossingRule
from passerby.contracts.scene import Scene
from passerby.ground.geometry.places import Gate
from passerby.ground.geometry.plane import GroundPlane


class Crossings:
    """Crossings of one line. "in" is from left to right when walking along the line as drawn.

    A walk is that of a person over all tracks that continue each other (continuity.py), so a crossing counts once,
    also if no single track shows it. The rule and the counter of a line share one object, so each frame is
    processed once.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._walks: dict[int, Walk] = {}
        self._latest: tuple[GroundTracks, list[Crossing]] | None = None

    @property
    def line(self) -> str:
        """The name of the line."""
        return self._gate.name

    def __len__(self) -> int:
        return len(self._walks)

    def step(self, ground: GroundTracks) -> list[Crossing]:
        """Return the crossings of this frame; only confirmed, matched tracks are used.

        A repeated call with the same rows returns the same result.
        """
        if self._latest is None or self._latest[0] is not ground:
            self._latest = ground, self._look(ground)
        return self._latest[1]

    def _look(self, ground: GroundTracks) -> list[Crossing]:
        ended = [self._walks.pop(person) for person in ground.ended.tolist() if person in self._walks]
        crossed = [walk.end(self._gate) for walk in ended]
        offset, sd = self._gate.offset_m(ground)
        feet_px, seen = self._gate.feet_px(ground), np.flatnonzero(ground.confirmed & ~ground.predicted)
        persons, subjects = ground.continues[seen].tolist(), subjects_of(ground, seen)
        self._keep_with_tracks(persons, ground.id[seen].tolist())
        columns = zip(feet_px[seen], offset[seen].tolist(), sd[seen].tolist(), strict=True)
        for person, subject, (foot_px, offset_m, sd_m) in zip(persons, subjects, columns, strict=True):
            walk = self._walks.get(person) or self._walks.setdefault(person, Walk())
            crossed.append(walk.step(Observation(ground.at, subject, foot_px, offset_m, sd_m), self._gate))
        return [one for one in crossed if one is not None]

    def _keep_with_tracks(self, persons: list[int], tracks: list[int]) -> None:
        """Let walks follow their tracks where two seen tracks exchanged persons: nobody walked between them."""
        followed = {walk.last.subject.track: person for person, walk in self._walks.items() if walk.last}
        moved = [
            (person, track)
            for person, track in zip(persons, tracks, strict=True)
            if followed.get(track, person) != person
        ]
        walks = [self._walks.pop(followed[track]) for _, track in moved]
        self._walks |= {person: walk for (person, _), walk in zip(moved, walks, strict=True)}

    def reset(self) -> None:
        """Reset the state, because the picture was interrupted."""
        self._walks.clear()
        self._latest = None


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

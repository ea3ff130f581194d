"""The base class of all rules: one frame's scene in, hits out. No clock and no picture."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, Protocol, TypeVar

from passerby.contracts import rules
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit, Subject
from passerby.contracts.scene import Scene

Settings = TypeVar("Settings", bound=rules.Rule)


class RuleState(Protocol):
    """State about tracks or objects, one entry each."""

    def __len__(self) -> int:
        """Return the number of entries."""
        ...

    def reset(self) -> object:
        """Remove the entries, because the picture was interrupted."""
        ...


class Rule(ABC, Generic[Settings]):
    """A behaviour of one camera. Time is the frame's; tracks in `scene.ground.removed` are dropped first.

    index: its place in the camera's configuration. states: all that it keeps about tracks and objects.
    """

    def __init__(self, index: int, rule: Settings, *states: RuleState) -> None:
        self._index, self._rule, self._states = index, rule, states

    def __len__(self) -> int:
        """Return the number of entries about tracks and objects."""
        return sum(len(state) for state in self._states)

    @abstractmethod
    def step(self, scene: Scene) -> list[Hit]:
        """Return a hit for each person (or the zone) for which the condition is true in this frame."""

    def reset(self) -> None:
        """Reset the state, because the picture was interrupted."""
        for state in self._states:
            state.reset()

    def _hit(self, subject: Subject, people: int, began_s: float, *measures: Measure) -> Hit:
        return Hit(self._index, self._rule.kind, self._rule.place, subject, people, measures, began_s)

    def _hit_of(self, ground: GroundTracks, row: int, began_s: float, *measures: Measure) -> Hit:
        """Return a hit of the person in this row."""
        return self._hit(subject_of(ground, row), 1, began_s, *measures)


def subject_of(ground: GroundTracks, row: int) -> Subject:
    """Return the subject of a hit in this row."""
    x, y = ground.foot_px[row].tolist()
    return Subject(int(ground.id[row]), (x, y), float(ground.height_px[row]), person=int(ground.continues[row]))

"""The base class of all rules: one frame's scene in, hits out. No clock and no picture."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sized
from typing import Generic, Protocol, SupportsFloat, SupportsInt, TypeVar

from passerby.contracts import rules
from passerby.contracts.arrays import F32, F64, I64
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit, Subject
from passerby.contracts.scene import Scene
from passerby.contracts.time import NS_PER_S, Timestamp

Settings = TypeVar("Settings", bound=rules.Rule)


class RuleState(Protocol):
    """State of a rule; its length, if it has one, is the number of entries about tracks and objects."""

    def reset(self) -> object:
        """Begin again, because the picture was interrupted."""


class Rule(ABC, Generic[Settings]):
    """A behaviour of one camera. Time is the frame's; tracks in `scene.ground.removed` are dropped first.

    index: its place in the camera's configuration. states: all that it keeps from frame to frame.
    """

    def __init__(self, index: int, rule: Settings, *states: RuleState) -> None:
        self._index, self._rule, self._states = index, rule, states

    def __len__(self) -> int:
        """Return the number of entries about tracks and objects."""
        return sum(len(state) for state in self._states if isinstance(state, Sized))

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


def lasting(rows: I64, since_ns: I64, at: Timestamp, least_s: float) -> list[tuple[int, Timestamp, float]]:
    """Return those of `rows` (K,) whose condition has been true for `least_s`, its start, and its duration.

    since_ns: int64 (K,), the starts. Durations are seconds, rounded to tenths.
    """
    lasted_s = (at.mono_ns - since_ns) / NS_PER_S
    columns = (column[lasted_s >= least_s].tolist() for column in (rows, since_ns, lasted_s))
    return [(row, Timestamp(ns), round(s, 1)) for row, ns, s in zip(*columns, strict=True)]


def subject_of(ground: GroundTracks, row: int) -> Subject:
    """Return the subject of a hit in this row."""
    return subject(ground.id[row], ground.foot_px[row], ground.height_px[row], ground.continues[row])


def subject(track: SupportsInt, foot_px: F32 | F64, height_px: SupportsFloat, person: SupportsInt) -> Subject:
    """Return the subject of one track, from its row of each column; foot_px: (2,)."""
    x, y = foot_px.tolist()
    return Subject(int(track), (x, y), float(height_px), person=int(person))

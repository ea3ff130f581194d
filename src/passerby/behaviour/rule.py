"""What every rule is: one frame's scene in, hits out. No clock, no picture, no departed tracks."""

from __future__ import annotations

from typing import Protocol

from passerby.contracts.people import GroundTracks, Hit, Subject
from passerby.contracts.scene import Scene


class Rule(Protocol):
    """A behaviour of one camera. Time is the frame's; tracks in `scene.ground.removed` are dropped first."""

    def __len__(self) -> int:
        """Return how many tracks something is remembered of."""
        ...

    def step(self, scene: Scene) -> list[Hit]:
        """Return a hit for everybody (or the zone) the condition holds for at this frame."""
        ...

    def reset(self) -> None:
        """Drop all state, because the picture was interrupted."""
        ...


def subject_of(ground: GroundTracks, row: int) -> Subject:
    """Return whom a hit on this row is about."""
    x, y = ground.foot_px[row].tolist()
    return Subject(int(ground.id[row]), (x, y), float(ground.height_px[row]))

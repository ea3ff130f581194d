"""The interface of a rule: one frame's scene in, hits out. No clock and no picture."""

from __future__ import annotations

from typing import Protocol

from passerby.contracts.people import GroundTracks, Hit, Subject
from passerby.contracts.scene import Scene


class Rule(Protocol):
    """A behaviour of one camera. Time is the frame's; tracks in `scene.ground.removed` are dropped first."""

    def __len__(self) -> int:
        """Return the number of tracks with state."""
        ...

    def step(self, scene: Scene) -> list[Hit]:
        """Return a hit for each person (or the zone) for which the condition is true in this frame."""
        ...

    def reset(self) -> None:
        """Reset the state, because the picture was interrupted."""
        ...


def subject_of(ground: GroundTracks, row: int) -> Subject:
    """Return the subject of a hit in this row."""
    x, y = ground.foot_px[row].tolist()
    return Subject(int(ground.id[row]), (x, y), float(ground.height_px[row]), person=int(ground.continues[row]))

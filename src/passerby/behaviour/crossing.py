"""Line crossing: settled on one side, then settled on the other. A flicker over the line never counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from passerby.behaviour.rule import subject_of
from passerby.contracts.arrays import F64
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit
from passerby.contracts.rules import LineCrossingRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
from passerby.ground.places import Gate

Direction = Literal["in", "out"]

# A side counts once somebody is this far from the line, or this many standard deviations of their foot, whichever
# is more, for this long. 0.25 m is half a pace; the sway of somebody standing is below it. With one standard
# deviation, white foot noise and 5 frames a second, a person standing on a line 18 m away made 26 crossings in
# four minutes; with two, none.
BAND_M, BAND_SD, SETTLE_S = 0.25, 2.0, 0.2


@dataclass(frozen=True, slots=True)
class Crossing:
    """Row `row` of this frame has crossed."""

    row: int
    direction: Direction


@dataclass(slots=True)
class _Side:
    """Where a track stands: the settled side (-1, 0 unknown, 1), the last foot there, a side being tried since."""

    settled: int
    foot_px: F64
    trying: int
    since: Timestamp


class Crossings:
    """Crossings of one line. "in" is from left to right for somebody walking along the line as it was drawn."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._sides: dict[int, _Side] = {}

    def __len__(self) -> int:
        return len(self._sides)

    def step(self, ground: GroundTracks) -> list[Crossing]:
        """Return who crossed with this frame; only confirmed tracks that were really seen."""
        for track in ground.gone.tolist():
            self._sides.pop(track, None)
        offset, sd = self._gate.offset_m(ground)
        band = np.maximum(BAND_M, BAND_SD * sd)
        side = np.where(np.abs(offset) >= band, np.sign(offset), 0).astype(int)
        feet_px, seen = ground.foot_px.astype(np.float64), ground.confirmed & ~ground.held
        crossed = (
            (row, self._settle(int(ground.id[row]), int(side[row]), feet_px[row], ground.at))
            for row in np.flatnonzero(seen).tolist()
        )
        return [Crossing(row, direction) for row, direction in crossed if direction]

    def forget(self) -> None:
        """Drop all state, because the picture was interrupted."""
        self._sides.clear()

    def _settle(self, track: int, side: int, foot: F64, now: Timestamp) -> Direction | None:
        state = self._sides.setdefault(track, _Side(0, foot, 0, now))
        if side in (0, state.settled):
            state.trying = 0
            if side:
                state.foot_px = foot
            return None
        if state.trying != side:
            state.trying, state.since = side, now
        if now.since_s(state.since) < SETTLE_S:
            return None
        came_from_side, came_from_px = state.settled, state.foot_px
        state.settled, state.trying, state.foot_px = side, 0, foot
        if came_from_side == 0 or not self._gate.is_crossed(came_from_px, foot):
            return None
        return "in" if side > 0 else "out"


class LineCrossing:
    """Rule: somebody crosses a line, in the given direction or any."""

    def __init__(self, index: int, rule: LineCrossingRule, gate: Gate) -> None:
        self._index, self._rule = index, rule
        self._crossings = Crossings(gate)

    def __len__(self) -> int:
        return len(self._crossings)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        ground = scene.ground
        wanted = self._rule.direction
        return [self._hit(ground, c) for c in self._crossings.step(ground) if wanted in ("any", c.direction)]

    def forget(self) -> None:
        """See Rule."""
        self._crossings.forget()

    def _hit(self, ground: GroundTracks, crossing: Crossing) -> Hit:
        return Hit(
            rule=self._index,
            kind=self._rule.kind,
            place=self._rule.line,
            subject=subject_of(ground, crossing.row),
            people=1,
            measures=(Measure("direction", crossing.direction),),
            began_s=ground.at.s,
            instant=True,
        )

"""Fast movement: speed minus its error stays above a threshold for long enough and far enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.behaviour.rule import subject_of
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit
from passerby.contracts.rules import FastMovementRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
from passerby.ground.places import Area

# Walkers are N(1.34, 0.26) m/s (Weidmann 1993); on stairs 1.75 m/s is running (Delhi metro): docs/behaviours.md.
LEVEL_MPS, STAIRS_MPS = 2.3, 1.75
# Sprinters reach 10 to 12 m/s on a track; what is faster than this in a station is a train or its reflection.
PERSON_MOST_MPS = 8.0
# Once fast, somebody stays fast down to this share of the threshold, so that a stride does not end it.
RELEASE_SHARE = 0.85


@dataclass(slots=True)
class _Run:
    since: Timestamp
    last: Timestamp
    travel_m: float = 0.0
    top_mps: float = 0.0
    top_sd: float = 0.0


class FastMovement:
    """Rule: somebody in the zone is faster than the threshold, by more than `sigmas` standard deviations."""

    def __init__(self, index: int, rule: FastMovementRule, area: Area) -> None:
        self._index, self._rule, self._area = index, rule, area
        self._threshold = rule.speed_mps or (STAIRS_MPS if area.kind == "stairs" else LEVEL_MPS)
        self._runs: dict[int, _Run] = {}

    def __len__(self) -> int:
        return len(self._runs)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        ground = scene.ground
        for track in ground.gone.tolist():
            self._runs.pop(track, None)
        speed = np.hypot(ground.vel_mps[:, 0], ground.vel_mps[:, 1])
        sure = np.nan_to_num(speed - self._rule.sigmas * ground.speed_sd_mps, nan=0.0)
        sure[(sure > PERSON_MOST_MPS) | ~self._area.contains(ground.foot_px)] = 0.0
        seen = ground.confirmed & ~ground.held
        hits = (self._follow(ground, int(row), float(sure[row])) for row in np.flatnonzero(seen))
        return [hit for hit in hits if hit]

    def forget(self) -> None:
        """See Rule."""
        self._runs.clear()

    def _follow(self, ground: GroundTracks, row: int, sure_mps: float) -> Hit | None:
        track = int(ground.id[row])
        run = self._runs.get(track)
        if sure_mps < self._threshold * (RELEASE_SHARE if run else 1.0):
            self._runs.pop(track, None)
            return None
        run = self._runs.setdefault(track, _Run(ground.at, ground.at))
        self._extend(run, ground, row)
        is_long = ground.at.since_s(run.since) >= self._rule.hold_s and run.travel_m >= self._rule.travel_m
        return self._hit(ground, row, run) if is_long else None

    @staticmethod
    def _extend(run: _Run, ground: GroundTracks, row: int) -> None:
        speed = float(np.hypot(*ground.vel_mps[row]))
        run.travel_m += speed * ground.at.since_s(run.last)
        run.last = ground.at
        if speed > run.top_mps:
            run.top_mps, run.top_sd = speed, float(ground.speed_sd_mps[row])

    def _hit(self, ground: GroundTracks, row: int, run: _Run) -> Hit:
        return Hit(
            rule=self._index,
            kind=self._rule.kind,
            place=self._rule.zone,
            subject=subject_of(ground, row),
            people=1,
            measures=(
                Measure("speed", round(run.top_mps, 2), "m/s", round(run.top_sd, 2)),
                Measure("travel", round(run.travel_m, 1), "m"),
            ),
            began_s=run.since.s,
        )

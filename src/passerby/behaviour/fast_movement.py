"""Fast movement: speed minus its error stays above a threshold for a minimum time and distance.

A rush (`min_people` of 2 or more) is that many within RUSH_S, all within RUSH_DEG of their common direction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from passerby.behaviour.rule import Rule
from passerby.contracts.arrays import F64, I64
from passerby.contracts.columns import NEVER, TrackColumns
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit, Subject
from passerby.contracts.rules import FastMovementRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.ground.geometry.places import Area
from passerby.ground.motion.velocity import is_reliable

# Walkers are N(1.34, 0.26) m/s (Weidmann 1993); on stairs 1.75 m/s is running (Delhi metro, SafetyLit abstract
# 665538). 2.3 is chosen above the transition from walking to running (2.0 m/s), by the expected number of false
# reports in a day: docs/behaviours.md, Sources of the defaults.
LEVEL_MPS, STAIRS_MPS = 2.3, 1.75
# Sprinters reach 10 to 12 m/s on a track; a faster object in a station is a train or its reflection. Chosen:
# in the simulated station false boxes on an arriving train had 12 to 18 m/s, and no person exceeds 8 m/s.
PERSON_MOST_MPS = 8.0
# A run continues down to this fraction of the threshold, so that one stride does not end it. Chosen by
# judgement; not varied in a measurement.
RELEASE_SHARE = 0.85
# A run without a reliable speed for longer than this has ended, seconds. Chosen by judgement; not varied in a
# measurement.
UNRELIABLE_S = 1.0
# People who ran within RUSH_S belong to a rush; around a corner or a pillar their directions differ. Seconds,
# degrees. Chosen by judgement; not varied in a measurement.
RUSH_S, RUSH_DEG = 3.0, 45.0


@dataclass(frozen=True, slots=True)
class _Runner:
    """A person who ran: last time, direction, and the hit."""

    last: Timestamp
    heading_rad: float
    hit: Hit


def _one_way(runners: list[_Runner]) -> list[_Runner]:
    """Return the largest group of runners whose directions are within RUSH_DEG of one of them."""
    groups = (
        [r for r in runners if math.cos(r.heading_rad - one.heading_rad) >= math.cos(math.radians(RUSH_DEG))]
        for one in runners
    )
    return max(groups, key=len, default=[])


class FastMovement(Rule[FastMovementRule]):
    """Rule: a person in the zone is faster than the threshold, by more than `sigmas` standard deviations.

    An unreliable speed (ground/motion/velocity.py) neither starts nor ends a run.
    """

    def __init__(self, index: int, rule: FastMovementRule, area: Area) -> None:
        self._area = area
        self._threshold = rule.speed_mps or (STAIRS_MPS if area.kind == "stairs" else LEVEL_MPS)
        # Since when, when last observed, the distance, and the highest speed with its standard deviation.
        self._runs = TrackColumns(since_ns=NEVER, last_ns=NEVER, travel_m=0.0, top_mps=0.0, top_sd=0.0)
        self._runners: dict[int, _Runner] = {}
        self._train_at: Timestamp | None = None
        super().__init__(index, rule, self._runs)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        ground = scene.ground
        self._runs.drop(self._runs.rows_of(ground.removed))
        speed = ground.speed_mps
        sure = speed - self._rule.sigmas * ground.speed_sd_mps
        sure = np.where((sure <= PERSON_MOST_MPS) & self._area.has(ground), sure, 0.0)
        seen = np.flatnonzero(ground.seen & is_reliable(speed, ground.speed_sd_mps, self._threshold))
        hits = [(row, self._run(ground, row)) for row in self._follow(ground, seen, speed[seen], sure[seen])]
        if self._is_quiet(scene):
            return []
        return [hit for _, hit in hits] if self._rule.min_people == 1 else self._rush(ground, hits)

    def _is_quiet(self, scene: Scene) -> bool:
        """Whether a train is there or has just left, so that running is normal."""
        if any(train.is_there for train in scene.trains):
            self._train_at = scene.at
        quiet_s = self._rule.doors_quiet_s
        return quiet_s is not None and self._train_at is not None and scene.at.since_s(self._train_at) <= quiet_s

    def reset(self) -> None:
        """See Rule."""
        super().reset()
        self._runners.clear()
        self._train_at = None

    def _rush(self, ground: GroundTracks, hits: list[tuple[int, Hit]]) -> list[Hit]:
        """Return one hit for the zone if enough people ran in one direction recently."""
        for row, hit in hits:
            x, y = ground.vel_mps[row].tolist()
            self._runners[int(ground.id[row])] = _Runner(ground.at, math.atan2(y, x), hit)
        self._runners = {k: r for k, r in self._runners.items() if ground.at.since_s(r.last) <= RUSH_S}
        together = _one_way(list(self._runners.values()))
        group = tuple(track for track, runner in self._runners.items() if runner in together)
        if not hits or len(together) < self._rule.min_people:
            return []
        first = min(runner.hit.began_s for runner in together)
        top = max((runner.hit for runner in together), key=lambda hit: float(hit.measures[0].value))
        return [replace(top, subject=Subject(None, group=group), people=len(together), began_s=first)]

    def _follow(self, ground: GroundTracks, seen: I64, speed: F64, sure: F64) -> list[int]:
        """Return those of the rows `seen` (K,) who have run long and far enough."""
        runs, now_ns, rows = self._runs, ground.at.mono_ns, self._runs.rows(ground.id[seen])
        passed_s = (now_ns - runs["last_ns"][rows]) / NS_PER_S
        runs_on = (runs["last_ns"][rows] != NEVER) & (passed_s <= UNRELIABLE_S)
        fast = sure >= self._threshold * np.where(runs_on, RELEASE_SHARE, 1.0)
        since_ns = np.where(runs_on, runs["since_ns"][rows], now_ns)
        travel_m = np.where(runs_on, runs["travel_m"][rows] + speed * passed_s, 0.0)
        runs.put(rows, since_ns=since_ns, last_ns=np.where(fast, now_ns, NEVER), travel_m=travel_m)
        is_top = ~runs_on | (speed > runs["top_mps"][rows])
        runs.put(rows[is_top], top_mps=speed[is_top], top_sd=ground.speed_sd_mps[seen[is_top]])
        is_long = (now_ns - since_ns) / NS_PER_S >= self._rule.hold_s
        return [int(row) for row in seen[fast & is_long & (travel_m >= self._rule.travel_m)]]

    def _run(self, ground: GroundTracks, row: int) -> Hit:
        (run,) = self._runs.rows_of(ground.id[row : row + 1]).tolist()
        since_ns, travel_m, top_mps, top_sd = (
            self._runs[name][run].item() for name in ("since_ns", "travel_m", "top_mps", "top_sd")
        )
        speed = Measure("speed", round(top_mps, 2), "m/s", round(top_sd, 2))
        return self._hit_of(ground, row, since_ns / NS_PER_S, speed, Measure("travel", round(travel_m, 1), "m"))

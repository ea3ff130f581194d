"""Fast movement: speed minus its error stays above a threshold for a minimum time and distance.

A rush (`min_people` of 2 or more) is that many within RUSH_S, all within RUSH_DEG of their common direction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from passerby.behaviour.rule import subject_of
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit, Subject
from passerby.contracts.rules import FastMovementRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
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


@dataclass(slots=True)
class _Run:
    since: Timestamp
    last: Timestamp
    travel_m: float = 0.0
    top_mps: float = 0.0
    top_sd: float = 0.0


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


class FastMovement:
    """Rule: a person in the zone is faster than the threshold, by more than `sigmas` standard deviations.

    An unreliable speed (ground/motion/velocity.py) neither starts nor ends a run.
    """

    def __init__(self, index: int, rule: FastMovementRule, area: Area) -> None:
        self._index, self._rule, self._area = index, rule, area
        self._threshold = rule.speed_mps or (STAIRS_MPS if area.kind == "stairs" else LEVEL_MPS)
        self._runs: dict[int, _Run] = {}
        self._runners: dict[int, _Runner] = {}
        self._train_at: Timestamp | None = None

    def __len__(self) -> int:
        return len(self._runs)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        ground = scene.ground
        for track in ground.removed.tolist():
            self._runs.pop(track, None)
        speed = np.hypot(ground.vel_mps[:, 0], ground.vel_mps[:, 1])
        sure = np.nan_to_num(speed - self._rule.sigmas * ground.speed_sd_mps, nan=0.0)
        sure[(sure > PERSON_MOST_MPS) | ~self._area.contains(ground.foot_px)] = 0.0
        seen = ground.confirmed & ~ground.predicted & is_reliable(speed, ground.speed_sd_mps, self._threshold)
        followed = ((row, self._follow(ground, int(row), float(sure[row]))) for row in np.flatnonzero(seen))
        hits = [(int(row), hit) for row, hit in followed if hit]
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
        self._runs.clear()
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

    def _follow(self, ground: GroundTracks, row: int, sure_mps: float) -> Hit | None:
        track = int(ground.id[row])
        run = self._runs.get(track)
        if run and ground.at.since_s(run.last) > UNRELIABLE_S:
            del self._runs[track]
            run = None
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

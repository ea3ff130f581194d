"""Counter flow: a person walks against the right direction, for a minimum distance and time."""

from __future__ import annotations

import numpy as np

from passerby.behaviour.main_flow import MainFlow
from passerby.behaviour.rule import Rule, subject_of
from passerby.contracts.arrays import F64, I64, Bools
from passerby.contracts.columns import NEVER, TrackColumns
from passerby.contracts.errors import CalibrationError
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit, Subject
from passerby.contracts.rules import CounterFlowRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import NS_PER_S
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane

# A slower person does not walk; the heading must differ by more than 120 degrees from the right direction, because
# a person who crosses the flow does not walk against it. Chosen: the angle for this reason, the speed
# (m/s) by judgement; not varied in a measurement.
AGAINST_MPS, AGAINST_COS = 0.4, -0.5
# One standard deviation is subtracted first. A speed with a larger error, m/s, is ignored: it belongs to a track
# that jumped from one person to another. Chosen: such a track had an error of 2 m/s. With this limit and the
# subtraction `passerby eval sim`, scenario against-the-flow, detected boxes, has no false report (one before).
MOST_SD_MPS = 0.5
# A person who stops, or steps aside, for less than this time still walks against the flow, seconds. Chosen by
# judgement; not varied in a measurement.
PAUSE_S = 2.0


class CounterFlow(Rule[CounterFlowRule]):
    """Rule: at least `min_people` in the zone have walked against its direction for `hold_s` and over `travel_m`.

    Raises CalibrationError without a floor: directions and distances are measured in metres.
    """

    def __init__(self, index: int, rule: CounterFlowRule, area: Area, plane: GroundPlane | None) -> None:
        if plane is None:
            raise CalibrationError(f"zone {area.name!r}: counter flow needs a calibration")
        self._area = area
        self._given = None if rule.direction_px is None else _arrow(rule.direction_px, plane)
        self._learned = MainFlow()  # kept in a reset: it belongs to the place
        # Those who walk against the flow: since when, from where, when last observed, and the distance.
        self._walks = TrackColumns(since_ns=NEVER, last_ns=NEVER, from_m=(0.0, 0.0), travel_m=0.0)
        super().__init__(index, rule, self._walks)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        ground = scene.ground
        self._walks.drop(self._walks.rows_of(ground.removed))
        speed = ground.speed_mps
        seen = ground.seen & np.isfinite(speed) & self._area.has(ground)
        right = self._learned.add(ground.at, ground.vel_mps[seen]) if self._given is None else self._given
        if right is None:
            self._walks.reset()
            return []
        along = ground.vel_mps @ right
        sure = (along <= -AGAINST_MPS - ground.speed_sd_mps) & (ground.speed_sd_mps <= MOST_SD_MPS)
        against = seen & sure & (along <= AGAINST_COS * speed)
        rows = np.flatnonzero(seen)
        return self._hits(ground, rows[self._follow(ground, rows, against[rows], right)])

    def _follow(self, ground: GroundTracks, seen: I64, against: Bools, right: F64) -> Bools:
        """Return which of these people have walked against the flow long and far enough, and still do."""
        walks, now_ns, rows = self._walks, ground.at.mono_ns, self._walks.rows(ground.id[seen])
        walks["last_ns"][rows[(now_ns - walks["last_ns"][rows]) / NS_PER_S > PAUSE_S]] = NEVER
        begins = against & (walks["last_ns"][rows] == NEVER)
        walks.put(rows[begins], since_ns=now_ns, from_m=ground.pos_m[seen[begins]])
        walks["last_ns"][rows[against]] = now_ns
        travel_m = walks["travel_m"][rows] = (walks["from_m"][rows] - ground.pos_m[seen]) @ right
        is_long = (now_ns - walks["since_ns"][rows]) / NS_PER_S >= self._rule.hold_s
        return np.asarray((walks["last_ns"][rows] != NEVER) & is_long & (travel_m >= self._rule.travel_m))

    def _hits(self, ground: GroundTracks, rows: I64) -> list[Hit]:
        if len(rows) < self._rule.min_people:
            return []
        return [
            self._group(ground, group) for group in (rows[:, np.newaxis] if self._rule.min_people == 1 else [rows])
        ]

    def _group(self, ground: GroundTracks, rows: I64) -> Hit:
        group, walks = tuple(ground.id[rows].tolist()), self._walks.rows_of(ground.id[rows])
        subject = subject_of(ground, int(rows[0])) if self._rule.min_people == 1 else Subject(None, group=group)
        travel = Measure("travel", round(float(self._walks["travel_m"][walks].max()), 1), "m")
        began_s = int(self._walks["since_ns"][walks].min()) / NS_PER_S
        return self._hit(subject, len(rows), began_s, travel)


def _arrow(ends_px: tuple[tuple[float, float], tuple[float, float]], plane: GroundPlane) -> F64:
    floor = plane.to_floor(np.array(ends_px))
    step = floor.pos_m[1] - floor.pos_m[0]
    length = float(np.linalg.norm(step))
    if not floor.valid.all() or length < 1e-6:
        raise CalibrationError("direction_px: the arrow is not on the floor; move it nearer to the camera")
    return np.asarray(step / length)

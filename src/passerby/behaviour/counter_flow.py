"""Counter flow: a person walks against the right direction, for a minimum distance and time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.behaviour.main_flow import MainFlow
from passerby.behaviour.rule import subject_of
from passerby.contracts.arrays import F64
from passerby.contracts.errors import CalibrationError
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit, Subject
from passerby.contracts.rules import CounterFlowRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
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


@dataclass(slots=True)
class _AgainstFlow:
    """A person who walks against the flow: since when, from where, when last observed, and the distance."""

    since: Timestamp
    from_m: F64
    last: Timestamp
    travel_m: float = 0.0


class CounterFlow:
    """Rule: at least `min_people` in the zone have walked against its direction for `hold_s` and over `travel_m`.

    Raises CalibrationError without a floor: directions and distances are measured in metres.
    """

    def __init__(self, index: int, rule: CounterFlowRule, area: Area, plane: GroundPlane | None) -> None:
        if plane is None:
            raise CalibrationError(f"zone {area.name!r}: counter flow needs a calibration")
        self._index, self._rule, self._area = index, rule, area
        self._given = None if rule.direction_px is None else _arrow(rule.direction_px, plane)
        self._learned = MainFlow()
        self._walks: dict[int, _AgainstFlow] = {}

    def __len__(self) -> int:
        return len(self._walks)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        ground = scene.ground
        for track in ground.removed.tolist():
            self._walks.pop(track, None)
        speed = np.hypot(ground.vel_mps[:, 0], ground.vel_mps[:, 1])
        seen = ground.confirmed & ~ground.predicted & np.isfinite(speed) & self._area.contains(ground.foot_px)
        right = self._given
        if right is None:
            self._learned.add(ground.at, ground.vel_mps[seen])
            right = self._learned.direction()
        if right is None:
            self._walks.clear()
            return []
        along = ground.vel_mps @ right
        sure = (along <= -AGAINST_MPS - ground.speed_sd_mps) & (ground.speed_sd_mps <= MOST_SD_MPS)
        against = seen & sure & (along <= AGAINST_COS * speed)
        rows = [
            int(row) for row in np.flatnonzero(seen) if self._follow(ground, int(row), bool(against[row]), right)
        ]
        return self._hits(ground, rows)

    def reset(self) -> None:
        """See Rule. The main flow belongs to the place and is kept."""
        self._walks.clear()

    def _follow(self, ground: GroundTracks, row: int, is_against: bool, right: F64) -> bool:
        """Return whether this row's person has walked against the flow long and far enough, and still does."""
        track, pos = int(ground.id[row]), ground.pos_m[row]
        walk = self._walks.get(track)
        if is_against:
            walk = self._walks.setdefault(track, _AgainstFlow(ground.at, pos.copy(), ground.at))
            walk.last = ground.at
        elif walk is not None and ground.at.since_s(walk.last) > PAUSE_S:
            del self._walks[track]
            return False
        if walk is None:
            return False
        walk.travel_m = float((walk.from_m - pos) @ right)
        return ground.at.since_s(walk.since) >= self._rule.hold_s and walk.travel_m >= self._rule.travel_m

    def _hits(self, ground: GroundTracks, rows: list[int]) -> list[Hit]:
        if len(rows) < self._rule.min_people:
            return []
        if self._rule.min_people == 1:
            return [self._hit(ground, [row], subject_of(ground, row)) for row in rows]
        return [self._hit(ground, rows, Subject(None, group=tuple(ground.id[rows].tolist())))]

    def _hit(self, ground: GroundTracks, rows: list[int], subject: Subject) -> Hit:
        walks = [self._walks[int(ground.id[row])] for row in rows]
        return Hit(
            rule=self._index,
            kind=self._rule.kind,
            place=self._rule.zone,
            subject=subject,
            people=len(rows),
            measures=(Measure("travel", round(max(walk.travel_m for walk in walks), 1), "m"),),
            began_s=min(walk.since.s for walk in walks),
        )


def _arrow(ends_px: tuple[tuple[float, float], tuple[float, float]], plane: GroundPlane) -> F64:
    floor = plane.to_floor(np.array(ends_px))
    step = floor.pos_m[1] - floor.pos_m[0]
    length = float(np.linalg.norm(step))
    if not floor.valid.all() or length < 1e-6:
        raise CalibrationError("direction_px: the arrow is not on the floor; move it nearer to the camera")
    return np.asarray(step / length)

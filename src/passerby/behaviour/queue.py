"""Queue: people in line from a head on; number, length and wait.

The length is along the queue, so a bend does not shorten it. The wait follows Little's law: people in the queue
over people served per second (Little 1961), so no person needs to be followed through it.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from passerby.behaviour.rule import Rule
from passerby.behaviour.threshold import Threshold
from passerby.contracts.arrays import F64
from passerby.contracts.columns import NEVER, TrackColumns
from passerby.contracts.errors import CalibrationError
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks, Hit, Subject
from passerby.contracts.rules import QueueRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane

# A slower person stands, m/s; a person who stood and moves up stays in the queue for MOVING_UP_S, seconds.
# Chosen by judgement; not varied in a measurement.
STANDING_MPS, MOVING_UP_S = 0.5, 3.0
# A person was served if they were at the head for this long and are there no more, seconds. Chosen by judgement;
# not varied in a measurement.
SERVED_S = 2.0
# Waits need this many served people, and use at most this many, so that they follow the service. Chosen by
# judgement; not varied in a measurement.
LEAST_SERVED, MOST_SERVED = 3, 10


class Queue(Rule[QueueRule]):
    """Rule: the queue has at least the given people or metres for `hold_s`; the incident ends below `clear_ratio`.

    Raises CalibrationError if the head is not on a floor: gaps are measured in metres.
    """

    def __init__(self, index: int, rule: QueueRule, area: Area, plane: GroundPlane | None) -> None:
        floor = None if plane is None else plane.to_floor(np.array([rule.head_px]))
        if floor is None or not floor.valid.all():
            raise CalibrationError(f"zone {area.name!r}: a queue needs a calibration that covers its head")
        self._area, self._head_m = area, floor.pos_m[0]
        self._stood = TrackColumns(last_ns=NEVER)
        self._service = _Service()
        self._threshold = Threshold(rule.people or rule.length_m or 0.0, rule.clear_ratio, rule.hold_s)
        super().__init__(index, rule, self._stood, self._service, self._threshold)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        ground = scene.ground
        rows = self._standing(ground)
        order, along_m = chain(ground.pos_m[rows], self._head_m, self._rule.gap_m)
        first = int(ground.id[rows[order[0]]]) if order else None
        self._service.step(first, ground.at)
        people, length_m = len(order), max(along_m, default=0.0)
        since = self._threshold.step(people if self._rule.people else length_m, ground.at)
        return [] if since is None else [self._line(people, length_m, since.s)]

    def _standing(self, ground: GroundTracks) -> list[int]:
        """Return the rows of people in the zone who stand or stood a moment ago; an occluded person continues to
        stand."""
        stood, now_ns = self._stood, ground.at.mono_ns
        stood.drop(stood.rows_of(ground.removed))
        rows = stood.rows(ground.id)
        here = ground.confirmed & ground.on_floor & self._area.has(ground)
        stands = np.where(ground.predicted, stood["last_ns"][rows] != NEVER, ground.speed_mps < STANDING_MPS)
        stood["last_ns"][rows[here & stands]] = now_ns
        last_ns = stood["last_ns"][rows]
        recent = (last_ns != NEVER) & ((now_ns - last_ns) / NS_PER_S <= MOVING_UP_S)
        return [int(row) for row in np.flatnonzero(here & recent)]

    def _line(self, people: int, length_m: float, since_s: float) -> Hit:
        measures = [Measure("people", people, "person"), Measure("length", round(length_m, 1), "m")]
        wait_s = self._service.wait_s(people)
        measures += [] if wait_s is None else [Measure("wait", round(wait_s), "s")]
        return self._hit(Subject(None), people, since_s, *measures)


class _Service:
    """The times at which people were served: the same person is first for a while, then another or none."""

    def __init__(self) -> None:
        self._first: int | None = None
        self._since: Timestamp | None = None
        self._served: deque[float] = deque(maxlen=MOST_SERVED)

    def reset(self) -> None:
        """See RuleState."""
        self._first = self._since = None
        self._served.clear()

    def step(self, first: int | None, at: Timestamp) -> None:
        """Add the first person in the queue at this moment."""
        if first == self._first:
            return
        if self._first is not None and self._since is not None and at.since_s(self._since) >= SERVED_S:
            self._served.append(at.s)
        self._first, self._since = first, at

    def wait_s(self, people: int) -> float | None:
        """Return the wait of the last of `people`, seconds; None before enough people were served."""
        if len(self._served) < LEAST_SERVED:
            return None
        return people * (self._served[-1] - self._served[0]) / (len(self._served) - 1)


def chain(pos_m: F64, head_m: F64, gap_m: float) -> tuple[list[int], list[float]]:
    """Return the rows of `pos_m` (N, 2) that form the queue from the head on, nearest first, and their distances
    along it, m.

    Each row joins at the nearest one already in the queue (Prim's algorithm), if within `gap_m`.
    """
    order: list[int] = []
    along: list[float] = []
    gap, join = np.linalg.norm(pos_m - head_m, axis=1), np.zeros(len(pos_m))
    left = np.ones(len(pos_m), bool)
    while left.any():
        nearest = int(np.argmin(np.where(left, gap, np.inf)))
        if gap[nearest] > gap_m:
            break
        left[nearest] = False
        order.append(nearest)
        along.append(float(join[nearest] + gap[nearest]))
        away = np.linalg.norm(pos_m - pos_m[nearest], axis=1)
        closer = left & (away < gap)
        gap[closer], join[closer] = away[closer], along[-1]
    return order, along

"""A step or fall off a platform: the complete box sinks by the height of the platform and does not grow.

A camera above a platform does not see the bed beside the platform wall. The foot point of a person there is in
front of the track zone, where people wait for trains. The fall itself is visible: within a second head and foot
sink further in the picture than the person's path until then explains. The box of a person who comes nearer as
fast grows, and the foot of a person who crouches stays in its place.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from passerby.contracts.arrays import F64, Bools
from passerby.contracts.people import GroundTracks
from passerby.ground.geometry.places import BODY_M, Area

# Longest fall; length of the path before it that predicts the continuation, and its minimum; longest time without
# an observation. Seconds. Chosen by judgement. Checked together with exact boxes in simulation: 9 of 9 persons
# over the edge are reported, none falsely (decision 0012). Not varied one by one.
FALL_S, BEFORE_S, LEAST_BEFORE_S, UNSEEN_S = 1.0, 1.0, 0.4, 2.0
# Minimum sinking of head and foot, and largest growth of the box, in heights of the person: a platform is 1.0 to
# 1.2 m high, two thirds of an adult, of which the walk takes some. Occluded feet seem to sink less.
# A person who comes nearer by as much grows by a sixth or more. Chosen from these lengths and checked as above.
HEAD_SINKS, FOOT_SINKS, GROWS = 0.38, 0.2, 1.08
# A person within NEAR_M of the zone may fall into it; beyond WALL_M a person is not beside the wall. Metres across
# the view, in which the distance from the foot of the wall to its edge looks short. Chosen (decision 0012) and
# checked as above.
NEAR_M, WALL_M = 2.0, 1.0


@dataclass(slots=True)
class _EdgePath:
    """A track's last seconds: time, y of the head and y of the foot in pixels; whether the person is down."""

    rows: deque[tuple[float, float, float]] = field(default_factory=deque)
    is_down: bool = False


class OverEdge:
    """Detects falls of all people beside one track zone; beside a zone of another kind there is no edge."""

    def __init__(self, area: Area) -> None:
        self._area = area
        self._paths: dict[int, _EdgePath] = {}

    def __len__(self) -> int:
        return len(self._paths)

    def step(self, ground: GroundTracks) -> Bools:
        """Process one frame's rows; return bool (N,): went over the edge and has not come up again."""
        for track in ground.removed.tolist():
            self._paths.pop(track, None)
        for row in np.flatnonzero(ground.seen & (self._area.kind == "track")).tolist():
            self._see(ground, row)
        return np.array([t in self._paths and self._paths[t].is_down for t in ground.id.tolist()], bool)

    def reset(self) -> None:
        """Reset the state, because the picture was interrupted."""
        self._paths.clear()

    def _see(self, ground: GroundTracks, row: int) -> None:
        track, (x, y), height_px = int(ground.id[row]), ground.foot_px[row].tolist(), float(ground.height_px[row])
        away_m = self._area.distance_px((x, y)) * BODY_M / max(height_px, 1.0)
        if away_m > NEAR_M:
            self._paths.pop(track, None)
            return
        path = self._paths.setdefault(track, _EdgePath())
        path.rows.append((ground.at.s, y - height_px, y))
        while ground.at.s - path.rows[0][0] > FALL_S + UNSEEN_S + BEFORE_S:
            path.rows.popleft()
        head, foot, size = _sunk(np.array(path.rows))
        fell = head >= HEAD_SINKS and foot >= FOOT_SINKS and size <= GROWS
        rose = head <= -HEAD_SINKS and foot <= -FOOT_SINKS
        path.is_down = (fell or (path.is_down and not rose)) and away_m <= WALL_M


def _sunk(rows: F64) -> tuple[float, float, float]:
    """Return how far head and foot are below the expected positions, and the size of the box.

    rows: float64 (N, 3), time, y of the head, y of the foot, oldest first. All in heights of the person before.
    Expected are all positions between standing still and continuing as before, so the end of a fall is not a
    second fall.
    """
    now_s = rows[-1, 0]
    before = rows[now_s - rows[:, 0] >= FALL_S]
    before = before[before[-1:, 0] - before[:, 0] <= BEFORE_S]
    if len(before) < 3 or before[-1, 0] - before[0, 0] < LEAST_BEFORE_S:
        return 0.0, 0.0, 1.0
    height_px = float(np.mean(before[:, 2] - before[:, 1]))
    if abs(rows[-1, 1] - before[-1, 1]) < HEAD_SINKS * height_px:
        return 0.0, 0.0, 1.0  # nearly always: the person stands still or moves less than either threshold
    onward = np.polyfit(before[:, 0] - now_s, before[:, 1:], 1)[1]
    expected = np.clip(rows[-1, 1:], *np.sort([onward, before[-1, 1:]], axis=0))
    head, foot = (rows[-1, 1:] - expected) / height_px
    return float(head), float(foot), float((rows[-1, 2] - rows[-1, 1]) / height_px)

"""Who stepped or fell off a platform: their whole box sinks by the height of the platform, and does not grow.

A camera above a platform does not see the bed beside the platform's wall. Whoever stands there has the foot of
their box in front of the track's zone, where people wait for trains. The fall itself is plain: within a second
head and foot go further down the picture than the person's way until then explains. Somebody who comes nearer as
fast grows, and somebody who crouches keeps their foot in its place.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from passerby.contracts.arrays import F64, Bools
from passerby.contracts.people import GroundTracks
from passerby.ground.geometry.places import BODY_M, Area

# How long a fall may take; how much of the way before it tells how the person would have gone on, and the least of
# that; for how long somebody may be unseen amid it. Seconds.
FALL_S, BEFORE_S, LEAST_BEFORE_S, UNSEEN_S = 1.0, 1.0, 0.4, 2.0
# How far head and foot must sink, and how much the box may grow, in heights of the person: a platform is 1.0 to
# 1.2 m high, two thirds of an adult, of which walking on takes some. Occluded feet seem to sink less.
HEAD_SINKS, FOOT_SINKS, GROWS = 0.38, 0.2, 1.08
# Who is so near to the zone may fall into it; who is further from it than that is not beside the wall. Metres
# across the view, in which the way from the wall's foot up to its edge looks short.
NEAR_M, WALL_M = 2.0, 1.0


@dataclass(slots=True)
class _EdgePath:
    """A track's last seconds, as rows of time, y of the head and y of the foot in pixels; whether it is down."""

    rows: deque[tuple[float, float, float]] = field(default_factory=deque)
    is_down: bool = False


class OverEdge:
    """Follows everybody beside one track zone."""

    def __init__(self, area: Area) -> None:
        self._area = area
        self._paths: dict[int, _EdgePath] = {}

    def __len__(self) -> int:
        return len(self._paths)

    def step(self, ground: GroundTracks) -> Bools:
        """Take one frame's rows; return which of them (N,) went over the edge and have not come up again."""
        for track in ground.removed.tolist():
            self._paths.pop(track, None)
        for row in np.flatnonzero(ground.confirmed & ~ground.predicted).tolist():
            self._see(ground, row)
        return np.array([t in self._paths and self._paths[t].is_down for t in ground.id.tolist()], bool)

    def reset(self) -> None:
        """Drop all state, because the picture was interrupted."""
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
    """Return how far head and foot are below where they were to be expected, and the box's size.

    rows: float64 (N, 3), time, y of the head, y of the foot, oldest first. All in heights of the person before.
    Expected is everything from standing still to going on as before, so that the end of a fall is no second one.
    """
    now_s = rows[-1, 0]
    before = rows[now_s - rows[:, 0] >= FALL_S]
    before = before[before[-1:, 0] - before[:, 0] <= BEFORE_S]
    if len(before) < 3 or before[-1, 0] - before[0, 0] < LEAST_BEFORE_S:
        return 0.0, 0.0, 1.0
    height_px = float(np.mean(before[:, 2] - before[:, 1]))
    if abs(rows[-1, 1] - before[-1, 1]) < HEAD_SINKS * height_px:
        return 0.0, 0.0, 1.0  # nearer to standing still than either way asks for: nearly everybody, nearly always
    onward = np.polyfit(before[:, 0] - now_s, before[:, 1:], 1)[1]
    expected = np.clip(rows[-1, 1:], *np.sort([onward, before[-1, 1:]], axis=0))
    head, foot = (rows[-1, 1:] - expected) / height_px
    return float(head), float(foot), float((rows[-1, 2] - rows[-1, 1]) / height_px)

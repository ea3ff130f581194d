"""From tracks to walkers: several boxes of each person who walks upright and is completely visible.

A box counts if its track is confirmed and matched in this frame, it is narrow enough for an upright person, it
does not touch the picture's border, and no nearer person occludes it. A track counts as a walker once its foot
point has moved by the height of the person; people who sit or stand behind a counter do not count.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from passerby.contracts.arrays import F32, F64, Bools, frozen
from passerby.contracts.people import Tracks

# Time between two boxes of a walker, seconds. Chosen by judgement; longer than the 0.3 s over which the speed
# filter takes errors as correlated (decision 0007).
EVERY_S = 0.4
# Number of boxes of a walker. Chosen by judgement; not varied in a measurement.
LEAST_BOXES, MOST_BOXES = 4, 12
# Shortest walk, seconds. Chosen by judgement; four boxes take at least 1.2 s.
LEAST_S = 1.5
# Shortest way of the foot point, in heights of the box. Chosen by judgement: people who sit or stand do not move
# so far. Not varied in a measurement.
LEAST_TRAVEL = 1.0
# Least distance of a box from the border, px. Chosen by judgement; not varied in a measurement.
BORDER_PX = 3.0
# Height over width of an upright, complete person; smaller boxes are truncated, sitting or seen from above. Chosen
# by judgement; not varied in a measurement.
UPRIGHT_ASPECT = 1.5
# Fraction of the picture's height; boxes of smaller people are too inaccurate. Chosen by judgement: at this height
# the 1.2 px of decision 0007 are 5.6 % of a box in an input of 288 rows, nearly the deviation of people's heights.
LEAST_HEIGHT_SHARE = 0.075
# Largest number of tracks that are stored. Chosen by judgement; not varied in a measurement.
MOST_TRACKS = 400


@dataclass(frozen=True, slots=True, eq=False)
class Walker:
    """One walker's boxes: bottom_px float64 (M, 2), the bottom centres, and height_px (M,)."""

    bottom_px: F64
    height_px: F64

    def __post_init__(self) -> None:
        n = len(self.height_px)
        object.__setattr__(self, "bottom_px", frozen("bottom_px", self.bottom_px, "float64", (n, 2)))
        object.__setattr__(self, "height_px", frozen("height_px", self.height_px, "float64", (n,)))

    def __len__(self) -> int:
        return len(self.height_px)


@dataclass(slots=True)
class _Seen:
    first_s: float
    last_s: float = -np.inf
    rows: list[tuple[float, float, float]] = field(default_factory=list)


class WalkerCollector:
    """Collects walkers from one camera's tracks; returns each walker when the track ends."""

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}

    def __len__(self) -> int:
        return len(self._seen)

    def step(self, tracks: Tracks) -> list[Walker]:
        """Process one frame and return the walkers with tracks that ended."""
        ended = [walker for track in tracks.removed.tolist() if (walker := self._end(track))]
        good = np.flatnonzero(whole(tracks))
        for row in good[: MOST_TRACKS - len(self._seen)] if len(self._seen) < MOST_TRACKS else ():
            self._add(int(tracks.id[row]), tracks.at.s, tracks.xyxy_px[row])
        return ended

    def reset(self) -> list[Walker]:
        """End all tracks, because the picture stopped; return the walkers among them."""
        return [walker for track in list(self._seen) if (walker := self._end(track))]

    def _add(self, track: int, t_s: float, xyxy: F32) -> None:
        seen = self._seen.setdefault(track, _Seen(t_s))
        if t_s - seen.last_s < EVERY_S:
            return
        x0, y0, x1, y1 = (float(v) for v in xyxy)
        seen.last_s = t_s
        seen.rows.append(((x0 + x1) / 2, y1, y1 - y0))

    def _end(self, track: int) -> Walker | None:
        seen = self._seen.pop(track, None)
        if seen is None or len(seen.rows) < LEAST_BOXES or seen.last_s - seen.first_s < LEAST_S:
            return None
        rows = np.array(seen.rows)
        travel = np.linalg.norm(np.ptp(rows[:, :2], axis=0)) / np.median(rows[:, 2])
        if travel < LEAST_TRAVEL:
            return None
        keep = np.unique(np.linspace(0, len(rows) - 1, MOST_BOXES).round().astype(int))
        return Walker(rows[keep, :2], rows[keep, 2])


def whole(tracks: Tracks) -> Bools:
    """Return which boxes (N,) show an upright, complete person."""
    box = tracks.xyxy_px.astype(np.float64)
    wide, high = box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]
    w, h = tracks.frame_wh
    inside = (box[:, :2] > BORDER_PX).all(1) & (box[:, 2] < w - BORDER_PX) & (box[:, 3] < h - BORDER_PX)
    upright = (high >= LEAST_HEIGHT_SHARE * h) & (high >= UPRIGHT_ASPECT * wide)
    return np.asarray(tracks.confirmed & ~tracks.predicted & inside & upright & ~tracks.occluded)

"""Compares measured with true speeds: assignment of tracks, the true value, and the errors by distance.

The pipeline's speed at a time describes the second before it. It is therefore compared with the mean true speed
over the same second: the displacement over the last second, divided by one second. The true speed at that moment
is a second reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from passerby.contracts.arrays import F32, F64, Bools
from passerby.contracts.boxes import iou
from passerby.contracts.people import GroundTracks, Tracks
from passerby.evals.watched import Seen

WINDOW_S = 1.0
OVERLAP = 0.4
BANDS_M = (0.0, 5.0, 10.0, 15.0, 20.0, 30.0, np.inf)
# Rules ignore speeds with a larger standard deviation; see docs/behaviours.md.
USABLE_SD_MPS = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class SpeedErrors:
    """Errors of N measured speeds: window and moment (N,) m/s, measured minus true, by the two references."""

    distance_m: F64
    true_mps: F64
    window_mps: F64
    moment_mps: F64
    sd_mps: F64

    def __len__(self) -> int:
        return len(self.window_mps)

    def take(self, rows: Bools) -> SpeedErrors:
        """Some of them."""
        return SpeedErrors(*(getattr(self, name)[rows] for name in SpeedErrors.__slots__))

    @staticmethod
    def join(parts: list[SpeedErrors]) -> SpeedErrors:
        """All of them."""
        columns = ([np.zeros(0), *(getattr(part, name) for part in parts)] for name in SpeedErrors.__slots__)
        return SpeedErrors(*(np.concatenate(column) for column in columns))


@dataclass(slots=True)
class SpeedWatch:
    """Processes every frame; `errors()` has the result."""

    _paths: dict[int, list[tuple[float, float, float]]] = field(default_factory=dict)
    _rows: list[tuple[float, ...]] = field(default_factory=list)

    def add(self, seen: Seen, tracks: Tracks, ground: GroundTracks) -> None:
        """Process one frame: the ground truth and the pipeline's tracks."""
        for number, (x, y) in zip(seen.id.tolist(), seen.pos_m.tolist(), strict=True):
            self._paths.setdefault(number, []).append((seen.t_s, x, y))
        measured = np.hypot(ground.vel_mps[:, 0], ground.vel_mps[:, 1])
        counts = ground.confirmed & ~ground.predicted & ground.on_floor & np.isfinite(measured)
        for row, person in same_people(tracks.xyxy_px, seen.xyxy_px):
            mean = self._mean_mps(int(seen.id[person]), seen.t_s)
            if counts[row] and mean is not None:
                speed = float(measured[row])
                errors = (speed - mean, speed - float(seen.speed_mps[person]))
                self._rows.append((float(seen.distance_m[person]), mean, *errors, float(ground.speed_sd_mps[row])))

    def errors(self) -> SpeedErrors:
        """All errors so far."""
        return SpeedErrors(*np.array(self._rows, dtype=float).reshape(-1, 5).T)

    def _mean_mps(self, person: int, t_s: float) -> float | None:
        """Mean true speed over the window; None for a person who was not visible on the floor all the time."""
        path = self._paths[person] = self._paths[person][-200:]
        t, x, y = np.array(path).T
        if t[0] > t_s - WINDOW_S + 1e-6:
            return None
        then = t_s - WINDOW_S
        mean = float(np.hypot(x[-1] - np.interp(then, t, x), y[-1] - np.interp(then, t, y)) / WINDOW_S)
        return mean if np.isfinite(mean) else None


def same_people(a: F32, b: F32) -> list[tuple[int, int]]:
    """Return the pairs of rows of two sets of boxes that are the same people: most overlap, one to one."""
    overlap = iou(a, b)
    rows, columns = linear_sum_assignment(-overlap)
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if overlap[r, c] >= OVERLAP]

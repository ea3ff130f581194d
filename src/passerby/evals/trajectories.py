"""Recorded walks in metres as the pipeline's tracks: the floor seen straight from above, 100 px per metre.

All parts after the tracker therefore work as with a camera, with an exact calibration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from passerby.contracts.arrays import F64, I64
from passerby.contracts.calibration_settings import Calibration, CalibrationPoint
from passerby.contracts.errors import UsageError
from passerby.contracts.people import Tracks
from passerby.contracts.time import NS_PER_S, Timestamp

PX_PER_M = 100.0
MARGIN_M = 3.0
# Height of a body in such a picture: the foot point is then known to 5 cm, about as well as the labels.
BODY_PX, BODY_WIDE_PX = 170.0, 50.0
COLUMNS = (0, 1, 2, 4)  # frame, person, x, y of the rows frame, person, x, z, y, vx, vz, vy


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """One recording: rows of time, person and place, by time.

    t_s (N,), id (N,), pos_m (N, 2). low_m, high_m: corners of the floor with a margin.
    """

    name: str
    t_s: F64
    id: I64
    pos_m: F64
    low_m: tuple[float, float]
    high_m: tuple[float, float]

    @property
    def wh(self) -> tuple[int, int]:
        """Size of the picture from above, px."""
        (x0, y0), (x1, y1) = self.low_m, self.high_m
        return round((x1 - x0) * PX_PER_M), round((y1 - y0) * PX_PER_M)

    @property
    def calibration(self) -> Calibration:
        """The exact floor of that picture."""
        (x0, y0), (x1, y1) = self.low_m, self.high_m
        corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        points = tuple(CalibrationPoint(px=self.px(corner), m=corner) for corner in corners)
        return Calibration(points=points, click_sd_px=0.01)

    def px(self, spot_m: tuple[float, float]) -> tuple[float, float]:
        """Return the picture position of a floor point: x to the right, y up becomes y down."""
        return (spot_m[0] - self.low_m[0]) * PX_PER_M, (self.high_m[1] - spot_m[1]) * PX_PER_M

    def person(self, number: int) -> tuple[F64, F64]:
        """Return one person's times (K,) and places (K, 2)."""
        rows = self.id == number
        return self.t_s[rows], self.pos_m[rows]

    def frames(self) -> Iterator[Tracks]:
        """Yield the tracks of every labelled moment; all are confirmed and matched."""
        last = {int(n): float(t) for n, t in zip(self.id, self.t_s, strict=True)}
        first: dict[int, float] = {}
        here: set[int] = set()
        for t_s in np.unique(self.t_s).tolist():
            rows = self.t_s == t_s
            ids = self.id[rows]
            for number in ids.tolist():
                first.setdefault(number, t_s)
            removed = [n for n in here if last[n] < t_s]
            here = (here | set(ids.tolist())) - set(removed)
            feet = np.array([self.px((x, y)) for x, y in self.pos_m[rows].tolist()])
            half = np.array([BODY_WIDE_PX / 2, 0.0])
            boxes = np.hstack([feet - half - (0.0, BODY_PX), feet + half])
            n = len(ids)
            yield Tracks(
                camera=self.name,
                at=Timestamp(round((t_s - self.t_s[0]) * NS_PER_S)),
                frame_wh=self.wh,
                id=ids,
                xyxy_px=boxes.astype(np.float32),
                foot_px=feet.astype(np.float32),
                score=np.ones(n, np.float32),
                age_s=np.array([t_s - first[i] for i in ids.tolist()], np.float32),
                confirmed=np.ones(n, bool),
                predicted=np.zeros(n, bool),
                removed=np.array(removed, np.int64),
            )


def read_walks(path: Path, name: str, fps: float) -> Walks:
    """Read an `obsmat.txt` (frame, person, x, z, y, velocities); `fps` is the video's. Raises UsageError."""
    try:
        rows = np.loadtxt(path, ndmin=2)[:, COLUMNS]
    except (OSError, ValueError, IndexError) as error:
        raise UsageError(
            f"{path}: not a table of frame, person, x, z, y ({error}); name its folder with --data"
        ) from None
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    low, high = rows[:, 2:].min(axis=0) - MARGIN_M, rows[:, 2:].max(axis=0) + MARGIN_M
    corners = ((float(low[0]), float(low[1])), (float(high[0]), float(high[1])))
    return Walks(name, rows[:, 0] / fps, rows[:, 1].astype(np.int64), rows[:, 2:], *corners)

"""The data of the report, collected in bounded memory for any length of the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from passerby.behaviour.meters import LineMeter, ZoneMeter
from passerby.behaviour.windows import FRAME_SPEAKS_S
from passerby.contracts.arrays import F64
from passerby.contracts.config import Line
from passerby.contracts.people import GroundTracks
from passerby.contracts.results import History, LineSeries, ZoneSeries
from passerby.contracts.time import Timestamp
from passerby.ground.geometry.places import Area

MAX_BUCKETS = 600
# A very short time, so that a bucket with only this picture is not empty.
FIRST_SPEAKS_S = 1e-9
HEAT_ROWS, HEAT_COLUMNS = 36, 64
SPEED_EDGES_MPS = np.round(np.arange(0.0, 4.01, 0.1), 1)


@dataclass(slots=True)
class _Series:
    """Sums per bucket; `merge` halves their number."""

    sums: list[float] = field(default_factory=list)

    def add(self, bucket: int, value: float) -> None:
        self.sums.extend([0.0] * (bucket + 1 - len(self.sums)))
        self.sums[bucket] += value

    def merge(self) -> None:
        padded = self.sums + [0.0] * (len(self.sums) % 2)
        self.sums = [a + b for a, b in zip(padded[::2], padded[1::2], strict=True)]


class HistoryBuilder:
    """Processes every analysed frame; buckets start at one second and double if there are too many."""

    def __init__(self, wh: tuple[int, int], areas: Sequence[Area], lines: Sequence[Line]) -> None:
        self._wh, self._areas, self._lines = wh, areas, lines
        self._bucket_s = 1.0
        self._last: Timestamp | None = None
        self._covered, self._people = _Series(), _Series()
        self._zones = [_Series() for _ in areas]
        self._in, self._out = [_Series() for _ in lines], [_Series() for _ in lines]
        self._line_totals = [(0, 0)] * len(lines)
        self._heat = np.zeros((HEAT_ROWS, HEAT_COLUMNS))
        self._speed_s = np.zeros(len(SPEED_EDGES_MPS) - 1)

    def add(self, ground: GroundTracks, zones: Sequence[ZoneMeter], lines: Sequence[LineMeter]) -> None:
        """Count one frame, after the meters."""
        bucket, share_s = self._tick(ground.at)
        self._covered.add(bucket, share_s)
        self._people.add(bucket, share_s * int(ground.confirmed.sum()))
        for series, zone in zip(self._zones, zones, strict=True):
            series.add(bucket, share_s * zone.count)
        self._count_lines(bucket, lines)
        self._count_heat(ground, share_s)
        self._count_speeds(ground, share_s)

    def recalibrate(self, areas: Sequence[Area]) -> None:
        """Use the zones' new sizes on a new floor."""
        self._areas = areas

    def resize(self, wh: tuple[int, int], lines: Sequence[Line]) -> None:
        """Use pictures of another size, with the same lines."""
        self._wh, self._lines = wh, lines

    def gap(self) -> None:
        """Handle an interrupted picture: the next frame represents no time before it."""
        self._last = None

    def build(self, is_metric: bool) -> History:
        """Return the history; speeds only if the camera is calibrated."""
        n = len(self._covered.sums)
        return History(
            bucket_s=self._bucket_s,
            people=self._means(self._people, n),
            zones=tuple(
                ZoneSeries(a.name, a.kind, a.area_m2, a.polygon_px, self._means(series, n))
                for a, series in zip(self._areas, self._zones, strict=True)
            ),
            lines=tuple(
                LineSeries(line.name, line.from_px, line.to_px, _whole(into, n), _whole(out, n))
                for line, into, out in zip(self._lines, self._in, self._out, strict=True)
            ),
            heat=self._heat.copy(),
            speed_edges_mps=tuple(SPEED_EDGES_MPS.tolist()) if is_metric else (),
            speed_s=tuple(self._speed_s.tolist()) if is_metric else (),
        )

    def _tick(self, at: Timestamp) -> tuple[int, float]:
        share_s = FIRST_SPEAKS_S if self._last is None else min(at.since_s(self._last), FRAME_SPEAKS_S)
        self._last = at
        while at.s // self._bucket_s >= MAX_BUCKETS:
            self._bucket_s *= 2
            for series in (self._covered, self._people, *self._zones, *self._in, *self._out):
                series.merge()
        return int(at.s // self._bucket_s), share_s

    def _count_lines(self, bucket: int, lines: Sequence[LineMeter]) -> None:
        for i, line in enumerate(lines):
            before = self._line_totals[i]
            self._in[i].add(bucket, line.in_ - before[0])
            self._out[i].add(bucket, line.out - before[1])
            self._line_totals[i] = (line.in_, line.out)

    def _count_heat(self, ground: GroundTracks, share_s: float) -> None:
        feet = ground.foot_px[ground.confirmed] / np.array(self._wh, np.float32)
        inside = ((feet >= 0) & (feet <= 1)).all(axis=1)
        column = np.minimum(feet[inside, 0] * HEAT_COLUMNS, HEAT_COLUMNS - 1).astype(int)
        row = np.minimum(feet[inside, 1] * HEAT_ROWS, HEAT_ROWS - 1).astype(int)
        np.add.at(self._heat, (row, column), share_s)

    def _count_speeds(self, ground: GroundTracks, share_s: float) -> None:
        speed = ground.speed_mps[ground.seen]
        known = np.searchsorted(SPEED_EDGES_MPS[1:-1], speed[np.isfinite(speed)], side="right")
        self._speed_s += share_s * np.bincount(known, minlength=len(self._speed_s))

    def _means(self, series: _Series, n: int) -> tuple[float, ...]:
        covered: F64 = np.array(self._covered.sums)
        sums = np.array(series.sums + [0.0] * (n - len(series.sums)))
        means = np.divide(sums, covered, out=np.full(n, np.nan), where=covered > 0)
        return tuple(np.round(means, 3).tolist())


def _whole(series: _Series, n: int) -> tuple[int, ...]:
    return tuple(round(v) for v in series.sums) + (0,) * (n - len(series.sums))

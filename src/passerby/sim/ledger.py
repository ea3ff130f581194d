"""Ground truth of events: line crossings, dwell, fast movement, falls, from exact positions, not from pictures.

One ledger covers one camera's zones and lines. People are in a zone while their foot point is in its visible part,
and on a track when they are on its bed (people in a train are not).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely

from passerby.contracts.arrays import F64, Bools
from passerby.sim.camera import SimCamera
from passerby.sim.outline import zone_px
from passerby.sim.pose import Posture
from passerby.sim.scenario import CameraModel, LineModel, Scenario, ZoneModel
from passerby.sim.world import Snapshot

SETTLED_M = 0.3
FAST_MPS = 2.3
FAST_WINDOW_S = 1.0
GAP_S = 2.0
DOWN_M = -0.5
STANDING_MPS, MOVING_UP_S = 0.3, 3.0
PATH_STEP_S = 0.4
# A person within this distance of an object stands in front of it or over it. Metres.
OVER_M = 1.0


@dataclass(frozen=True, slots=True)
class TrueCrossing:
    """A person crossed a line and was `SETTLED_M` beyond it; direction "in" is left to right."""

    line: str
    person: int
    t_s: float
    direction: str


Path = list[tuple[float, float, float]]


@dataclass(slots=True)
class Stretch:
    """An action of a person with start and end: kind is stay, fast, lying, or object for a bag that was left.

    person: their number; for an object that of its owner, below zero.
    """

    kind: str
    place: str
    person: int
    from_s: float
    to_s: float
    peak: float = 0.0


@dataclass(slots=True)
class Ledger:
    """Processes snapshots in order.

    counts, standing: people per zone, and those of them who stand, by time.
    paths: t_s, x_m, y_m by zone and person. bared: the first time with no person over an object, by its owner
    below zero.
    """

    camera: SimCamera
    zones: tuple[ZoneModel, ...]
    lines: tuple[LineModel, ...]
    crossings: list[TrueCrossing] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    counts: list[tuple[float, dict[str, int]]] = field(default_factory=list)
    standing: list[tuple[float, dict[str, int]]] = field(default_factory=list)
    paths: dict[tuple[str, int], Path] = field(default_factory=dict)
    bared: dict[int, float] = field(default_factory=dict)
    people_max: int = 0
    peaks: dict[int, float] = field(default_factory=dict)
    in_view: dict[int, tuple[float, float]] = field(default_factory=dict)
    _sides: dict[tuple[str, int], int] = field(default_factory=dict)
    _open: dict[tuple[str, str, int], Stretch] = field(default_factory=dict)
    _stood: dict[int, float] = field(default_factory=dict)
    _tempo: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    _areas: list[tuple[ZoneModel, shapely.Polygon, shapely.Polygon]] = field(default_factory=list)

    @classmethod
    def of(cls, scenario: Scenario, model: CameraModel, lens: SimCamera) -> Ledger:
        """Return the empty ledger of one camera of a scenario, with the zones and lines that it names."""
        zones = tuple(zone for zone in scenario.zones if zone.name in model.zones)
        return cls(lens, zones, tuple(line for line in scenario.lines if line.name in model.lines))

    def __post_init__(self) -> None:
        seen = ((zone, zone_px(zone, self.camera)) for zone in self.zones)
        self._areas = [
            (zone, shapely.Polygon(ring), shapely.Polygon(zone.polygon_m)) for zone, ring in seen if len(ring) >= 3
        ]
        for _, *areas in self._areas:
            shapely.prepare(areas)

    def add(self, snapshot: Snapshot) -> None:
        """Process one snapshot."""
        foot, depth = self.camera.project(snapshot.xyz_m)
        w, h = self.camera.size_px
        shown = (depth > 0.5) & (foot >= 0).all(-1) & (foot < (w, h)).all(-1)
        for number in snapshot.id[shown]:
            first, _ = self.in_view.get(int(number), (snapshot.t_s, 0.0))
            self.in_view[int(number)] = (first, snapshot.t_s)
        self.people_max = max(self.people_max, int(shown.sum()))
        self._lines(snapshot, shown)
        self._zones(snapshot, foot, shown)
        for number in self._tempo.keys() - set(snapshot.id.tolist()):
            del self._tempo[number]

    def _lines(self, snapshot: Snapshot, shown: Bools) -> None:
        for line in self.lines:
            start, end = np.array(line.from_m), np.array(line.to_m)
            along = (end - start) / np.linalg.norm(end - start)
            rel = snapshot.xyz_m[:, :2] - start
            reach = rel @ along
            left_m = along[0] * rel[:, 1] - along[1] * rel[:, 0]
            beside = (reach > -0.5) & (reach < np.linalg.norm(end - start) + 0.5) & shown
            for k in np.flatnonzero(beside & (np.abs(left_m) > SETTLED_M)):
                key, side = (line.name, int(snapshot.id[k])), int(np.sign(left_m[k]))
                if self._sides.get(key, side) != side:
                    direction = "in" if side < 0 else "out"
                    self.crossings.append(TrueCrossing(line.name, key[1], snapshot.t_s, direction))
                self._sides[key] = side

    def _zones(self, snapshot: Snapshot, foot: F64, shown: Bools) -> None:
        count: dict[str, int] = {}
        standing: dict[str, int] = {}
        for zone, area_px, area_m in self._areas:
            down = snapshot.xyz_m[:, 2] < DOWN_M
            # On a track bed by metres, and then in track zones only; elsewhere by the foot point in the picture.
            stands = (
                down & shapely.contains_xy(area_m, *snapshot.xyz_m[:, :2].T)
                if zone.kind == "track"
                else ~down & shapely.contains_xy(area_px, *foot.T)
            )
            inside = shown & stands
            name = zone.name
            count[name] = int(inside.sum())
            standing[name] = self._standing(snapshot, inside)
            for k in np.flatnonzero(inside):
                number = int(snapshot.id[k])
                self._walk(name, number, snapshot.t_s, snapshot.xyz_m[k])
                self._extend("stay", name, number, snapshot.t_s, 0.0)
                if snapshot.posture[k] == Posture.LYING:
                    self._extend("lying", name, number, snapshot.t_s, 0.0)
                pace = self._pace(number, snapshot.t_s, float(snapshot.speed_mps[k]))
                self.peaks[number] = max(self.peaks.get(number, 0.0), pace)
                if pace >= FAST_MPS:
                    self._extend("fast", name, number, snapshot.t_s, pace)
            for bag in snapshot.bags:
                if shapely.contains_xy(area_m, *bag.position):
                    self._extend("thing", name, -bag.owner, snapshot.t_s, 0.0)
        for bag in snapshot.bags:
            if not (np.hypot(*(snapshot.xyz_m[:, :2] - bag.position).T) < OVER_M).any():
                self.bared.setdefault(-bag.owner, snapshot.t_s)
        self.counts.append((snapshot.t_s, count))
        self.standing.append((snapshot.t_s, standing))

    def _standing(self, snapshot: Snapshot, inside: Bools) -> int:
        """Return how many of the people inside stand, or stood a moment ago: a person who moves up in a queue is
        still in it."""
        t_s = snapshot.t_s
        self._stood.update((int(n), t_s) for n in snapshot.id[inside & (snapshot.speed_mps < STANDING_MPS)])
        return sum(t_s - self._stood.get(int(n), -np.inf) <= MOVING_UP_S for n in snapshot.id[inside])

    def _walk(self, zone: str, person: int, t_s: float, xyz_m: F64) -> None:
        path = self.paths.setdefault((zone, person), [])
        if not path or t_s - path[-1][0] >= PATH_STEP_S - 1e-6:
            path.append((t_s, float(xyz_m[0]), float(xyz_m[1])))

    def _pace(self, number: int, t_s: float, speed_mps: float) -> float:
        """Mean speed over the last second; 0 in the first second."""
        past = self._tempo.setdefault(number, [])
        if not past or past[-1][0] < t_s:
            past.append((t_s, speed_mps))
        while t_s - past[0][0] > FAST_WINDOW_S + 1e-6:
            past.pop(0)
        return float(np.mean([s for _, s in past])) if t_s - past[0][0] > 0.8 * FAST_WINDOW_S else 0.0

    def _extend(self, kind: str, place: str, person: int, t_s: float, peak: float) -> None:
        key = (kind, place, person)
        running = self._open.get(key)
        if running is None or t_s - running.to_s > GAP_S:
            running = self._open[key] = Stretch(kind, place, person, t_s, t_s)
            self.stretches.append(running)
        running.to_s, running.peak = t_s, max(running.peak, peak)

    def line_counts(self) -> dict[str, tuple[int, int]]:
        """Per line: in, out."""
        directions = [(c.line, c.direction) for c in self.crossings]
        return {
            line.name: (directions.count((line.name, "in")), directions.count((line.name, "out")))
            for line in self.lines
        }

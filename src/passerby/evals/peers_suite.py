"""Suite `peers`: the same boxes and tracks through the rules of other projects, compared with ours and the truth.

supervision's LineZone and PolygonZone (optional: the extra `eval`), and speeds by side lengths (see side_scales).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from passerby.camera.limits import EXACT_BOXES
from passerby.camera.state import CameraState
from passerby.contracts.config import Camera
from passerby.contracts.errors import UsageError
from passerby.contracts.events import LineSample, ZoneSample
from passerby.contracts.people import GroundTracks, Tracks
from passerby.evals.result import Cell, Report, Table
from passerby.evals.side_scales import SideScales
from passerby.evals.sim_suite import ReportProgress
from passerby.evals.speeds import WINDOW_S, same_people
from passerby.evals.watched import Seen, exact_frames
from passerby.sim.ledger import Ledger
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config

SCENARIOS = ("counting", "speeds", "turns-back", "sways-on-line", "child-and-parent", "against-the-flow")
# A part of the passage's floor in full view, far side first, metres.
PATCH_M = ((16.0, 4.6), (16.0, 0.4), (7.0, 0.4), (7.0, 4.6))
MOVING_MPS = 0.3


@dataclass(slots=True)
class _Speeds:
    """Speeds of people on the patch: true, ours and by side lengths, and all positions."""

    scales: SideScales
    rows: list[tuple[float, float, float]] = field(default_factory=list)
    feet: dict[int, list[tuple[float, float, float]]] = field(default_factory=lambda: defaultdict(list))
    places: dict[int, list[tuple[float, float, float]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, seen: Seen, tracks: Tracks, ground: GroundTracks) -> None:
        for number, (x, y) in zip(seen.id.tolist(), seen.pos_m.tolist(), strict=True):
            self.places[number].append((seen.t_s, x, y))
        for number, (x, y) in zip(tracks.id.tolist(), tracks.foot_px.tolist(), strict=True):
            self.feet[number].append((tracks.at.s, x, y))
        for row, person in same_people(tracks.xyxy_px, seen.xyxy_px):
            foot = tracks.foot_px[row].astype(float)
            ours = float(np.hypot(*ground.vel_mps[row]))
            before_px = _before(self.feet[int(tracks.id[row])])
            before_m = _before(self.places[int(seen.id[person])])
            if before_px is None or before_m is None or not np.isfinite(ours) or not self.scales.contains(foot):
                continue
            true = float(np.linalg.norm(seen.pos_m[person] - before_m)) / WINDOW_S
            if true >= MOVING_MPS:
                self.rows.append((true, ours, self.scales.speed_mps(before_px, foot, WINDOW_S)))


def _before(path: list[tuple[float, float, float]]) -> np.ndarray | None:
    """Return the position one window ago; None if there was none."""
    t, x, y = np.array(path[-100:]).T
    then = t[-1] - WINDOW_S
    return np.array((np.interp(then, t, x), np.interp(then, t, y))) if t[0] <= then + 1e-6 else None


def peers_suite(
    scenarios: Sequence[str] = SCENARIOS, fps: float = 8.0, report_progress: ReportProgress = lambda *_: None
) -> Report:
    """Play the scenarios of the passage with exact boxes. Raises UsageError without supervision."""
    sv = _supervision()
    lines: list[tuple[Cell, ...]] = []
    zones: list[tuple[Cell, ...]] = []
    speeds: list[tuple[float, float, float]] = []
    for k, name in enumerate(scenarios):
        report_progress(name, k / len(scenarios))
        line_rows, zone_row, speed_rows = _play(sv, name, fps)
        lines, zones, speeds = lines + line_rows, [*zones, zone_row], speeds + speed_rows
    totals = [sum(int(str(row[c])) for row in lines) for c in (3, 4, 5, 6)]
    off = [sum(abs(int(str(row[c])) - int(str(row[3]))) for row in lines) for c in (3, 4, 5, 6)]
    return Report(
        suite="peers",
        title="The same tracks through other rules",
        settings=(
            ("boxes", "of the ground truth"),
            ("analysed", f"{fps:g} frames/s"),
            ("supervision", str(sv.__version__)),
        ),
        tables=(
            Table(
                "Crossings",
                ("scenario", "line", "direction", "true", "passerby", "LineZone", "LineZone, foot"),
                (*lines, ("all", "", "", *totals), ("sum of errors", "", "", *off)),
                "LineZone with its defaults (all four corners of the box) and with the foot point alone, "
                "minimum_crossing_threshold 1. Its directions are assigned as they fit the ground truth better.",
            ),
            Table(
                "People in the zone, mean", ("scenario", "zone", "true", "passerby", "PolygonZone"), tuple(zones)
            ),
            _speed_table(speeds),
        ),
    )


def _supervision() -> Any:
    try:
        import supervision
    except ImportError:
        raise UsageError(
            "the suite peers needs supervision, which is not part of the product: pip install 'passerby[eval]'"
        ) from None
    return supervision


def _play(
    sv: Any, name: str, fps: float
) -> tuple[list[tuple[Cell, ...]], tuple[Cell, ...], list[tuple[float, float, float]]]:
    station = Station.load(name)
    model, seconds = station.model(), station.scenario.seconds
    lens, wh = camera_of(model), model.size_px
    camera = unit_config(station.scenario, model, lens, "simulated").cameras[0]
    ledger = Ledger.of(station.scenario, model, lens)
    state = CameraState(camera, wh, EXACT_BOXES)
    corners = lens.project(np.column_stack([PATCH_M, np.zeros(4)]))[0]
    lengths = np.linalg.norm(np.roll(PATCH_M, -1, axis=0) - np.array(PATCH_M), axis=1)
    speeds, theirs, samples, means = (
        _Speeds(SideScales(corners, lengths)),
        _Theirs(sv, camera),
        list[ZoneSample | LineSample](),
        list[float](),
    )
    for frame in exact_frames(station, model.name, wh, seconds, fps, ledger):
        result = state.step(None, frame.found)
        samples += result.samples
        speeds.add(frame.seen, result.tracks, result.ground)
        means.append(theirs.add(result.tracks))
    samples += state.close().samples
    zone = camera.zones[0].name
    true_mean = float(np.mean([people.get(zone, 0) for _, people in ledger.counts]))
    mine = [s for s in samples if not isinstance(s, LineSample) and s.zone == zone]
    our_mean = sum(s.count_mean * s.window_s for s in mine) / max(sum(s.window_s for s in mine), 1e-9)
    crossed = [s for s in samples if isinstance(s, LineSample)]
    rows = theirs.rows(name, ledger.line_counts(), crossed)
    return rows, (name, zone, true_mean, our_mean, float(np.mean(means))), speeds.rows


class _Theirs:
    """supervision's zones, with passerby's confirmed tracks."""

    def __init__(self, sv: Any, camera: Camera) -> None:
        self._sv, self._camera = sv, camera
        foot = (sv.Position.BOTTOM_CENTER,)
        self._lines = [
            tuple(sv.LineZone(sv.Point(*line.from_px), sv.Point(*line.to_px), **how) for how in ({},
            {"triggering_anchors": foot}))
            for line in camera.lines
        ]  # fmt: skip
        self._zone = sv.PolygonZone(
            np.array(camera.zones[0].polygon_px).round().astype(int), triggering_anchors=foot
        )

    def add(self, tracks: Tracks) -> float:
        """Process a frame; return the number of people in the zone."""
        seen = tracks.confirmed & ~tracks.predicted
        boxes = self._sv.Detections(
            xyxy=tracks.xyxy_px[seen].astype(float),
            tracker_id=tracks.id[seen],
            class_id=np.zeros(int(seen.sum()), int),
        )
        for pair in self._lines:
            for line in pair:
                line.trigger(boxes)
        return float(self._zone.trigger(boxes).sum())

    def rows(self, name: str, true: dict[str, tuple[int, int]], ours: list[LineSample]) -> list[tuple[Cell, ...]]:
        """A row per line and direction."""
        out: list[tuple[Cell, ...]] = []
        for line, (whole, foot) in zip(self._camera.lines, self._lines, strict=True):
            said = [s for s in ours if s.line == line.name]
            mine = (sum(s.in_ for s in said), sum(s.out for s in said))
            theirs = [_turned((z.in_count, z.out_count), true[line.name]) for z in (whole, foot)]
            directions = zip(("in", "out"), true[line.name], mine, *theirs, strict=True)
            out += [(name, line.name, *row) for row in directions]
        return out


def _turned(said: tuple[int, int], true: tuple[int, int]) -> tuple[int, int]:
    return min((said, said[::-1]), key=lambda direction: abs(direction[0] - true[0]) + abs(direction[1] - true[1]))


def _speed_table(rows: Sequence[tuple[float, float, float]]) -> Table:
    true, ours, sides = np.array(rows).reshape(-1, 3).T
    cells = [
        (
            who,
            len(true),
            float(np.abs(e).mean()),
            float(e.mean()),
            float((e / true).min()),
            float((e / true).max()),
        )
        for who, e in (
            ("passerby, homography and fit", ours - true),
            ("side lengths, after Frigate's page", sides - true),
        )
        if len(true)
    ]
    heads = ("method", "samples", "MAE, m/s", "bias", "lowest, share", "highest, share")
    note = f"People walking on {PATCH_M[2][0]:g} to {PATCH_M[0][0]:g} m of the passage, mean of the last second."
    return Table("Speeds on one patch of floor", heads, tuple(cells), note)

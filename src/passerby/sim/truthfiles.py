"""The ground truth of a video, as files; docs/simulation.md describes their columns."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import numpy as np

from passerby.contracts.arrays import F64
from passerby.sim.camera import SimCamera
from passerby.sim.faults import spans
from passerby.sim.ledger import Ledger
from passerby.sim.outline import line_px, survey, zone_px
from passerby.sim.scenario import CameraModel, Scenario
from passerby.sim.surroundings import Bag, stops_of
from passerby.sim.truth import FrameTruth
from passerby.sim.world import Person, Snapshot

SCHEMA = 1
LEAST_SEEN = 0.05
HEADS = {
    "truth_ground.csv": ("t_s", "person", "x_m", "y_m", "z_m", "speed_mps", "heading_rad"),
    "truth_faces.csv": ("frame", "person", "left_px", "top_px", "width_px", "height_px"),
    "truth_frames.csv": ("frame", "t_s", "sent_s", "people_in_world", "people_in_picture"),
    "truth_zones.csv": ("t_s", "zone", "people"),
    "truth_trains.csv": ("t_s", "track", "phase", "front_x_m", "doors"),
}
TRUTH, TRACKS = "truth.json", "truth_tracks.txt"
TRUTH_FILES = (TRUTH, TRACKS, *HEADS)


class TruthFiles:
    """Writes the per-frame files while the video is made, and truth.json at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tracks = (folder / TRACKS).open("w", encoding="ascii", newline="\n")
        self._open: list[IO[str]] = [self._tracks]
        self._rows = {}
        for name, head in HEADS.items():
            file = (folder / name).open("w", encoding="utf-8", newline="")
            self._open.append(file)
            self._rows[name] = csv.writer(file, lineterminator="\n")
            self._rows[name].writerow(head)

    def frame(self, number: int, sent_s: float, truth: FrameTruth) -> None:
        """Boxes, faces and time of frame `number` of the video."""
        wide = truth.box_px[:, 2:] - truth.box_px[:, :2]
        for k in np.flatnonzero(truth.visibility >= LEAST_SEEN):
            left, top = truth.box_px[k, :2]
            box = f"{left:.0f},{top:.0f},{wide[k, 0]:.0f},{wide[k, 1]:.0f}"
            self._tracks.write(f"{number},{truth.id[k]},{box},1,1,{truth.visibility[k]:.3f}\n")
            if not np.isnan(truth.face_px[k, 0]):
                x0, y0, x1, y1 = truth.face_px[k]
                face = (number, int(truth.id[k]), *_short(x0, y0, x1 - x0, y1 - y0, digits=1))
                self._rows["truth_faces.csv"].writerow(face)
        seen = int((truth.visibility >= LEAST_SEEN).sum())
        self._rows["truth_frames.csv"].writerow((number, *_short(truth.t_s, sent_s), truth.people, seen))

    def moment(self, snapshot: Snapshot) -> None:
        """Positions of all people and trains at the time of a frame."""
        rows = zip(snapshot.id, snapshot.xyz_m, snapshot.speed_mps, snapshot.heading_rad, strict=True)
        for number, xyz, speed, heading in rows:
            turn = (heading + np.pi) % (2 * np.pi) - np.pi
            self._rows["truth_ground.csv"].writerow(
                (*_short(snapshot.t_s), int(number), *_short(*xyz, speed, turn))
            )
        for train in snapshot.trains:
            rail = train.track
            front = train.x0_m + (rail.length_m if rail.direction > 0 else 0.0)
            row = (*_short(snapshot.t_s), rail.name, train.phase.value, *_short(front, train.doors))
            self._rows["truth_trains.csv"].writerow(row)

    def close(self, summary: dict[str, Any], ledger: Ledger) -> None:
        """Finish all files."""
        for t_s, count in ledger.counts:
            for zone, people in count.items():
                self._rows["truth_zones.csv"].writerow((*_short(t_s), zone, people))
        for file in self._open:
            file.close()
        text = json.dumps(summary, indent=1, sort_keys=False, allow_nan=False)
        (self._folder / TRUTH).write_text(text + "\n", encoding="utf-8")


def _short(*values: float, digits: int = 4) -> tuple[float, ...]:
    return tuple(round(float(v), digits) + 0.0 for v in values)


def camera_summary(scenario: Scenario, model: CameraModel, camera: SimCamera) -> dict[str, Any]:
    """One camera: pose, K, R, t, floor homography, calibration points, zones and lines."""
    points = [{"px": list(_short(*px, digits=3)), "m": list(m)} for px, m in survey(scenario, camera)]
    zones = {zone.name: zone for zone in scenario.zones}
    lines = {line.name: line for line in scenario.lines}
    return {
        "name": model.name,
        "size_px": list(camera.size_px),
        "fps": model.fps,
        "position_m": list(camera.position_m),
        "yaw_deg": camera.yaw_deg,
        "tilt_deg": camera.tilt_deg,
        "roll_deg": camera.roll_deg,
        "focal_px": camera.focal_px,
        "distortion_k1_k2": list(camera.distortion),
        "K": _rows(camera.matrix),
        "R": _rows(camera.rotation),
        "t": [float(v) for v in camera.translation],
        "floor_homography": _rows(camera.floor_homography),
        "calibration": {"points": points},
        "zones": [
            {
                "name": n,
                "kind": zones[n].kind,
                "polygon_m": zones[n].polygon_m,
                "polygon_px": zone_px(zones[n], camera, scenario.layout.floors),
            }
            for n in model.zones
        ],
        "lines": [
            {"name": n, "from_m": lines[n].from_m, "to_m": lines[n].to_m, "px": line_px(lines[n], camera)}
            for n in model.lines
        ],
    }


def _rows(matrix: F64) -> list[list[float]]:
    return [[float(v) for v in row] for row in matrix]


def summary_of(
    scenario: Scenario, seed: int, seconds: float, camera: dict[str, Any], ledger: Ledger,
    people: dict[int, Person], bags: tuple[Bag, ...],
) -> dict[str, Any]:  # fmt: skip
    """truth.json as a whole."""
    who = {number: person.name or None for number, person in people.items()}
    return {
        "schema": SCHEMA,
        "scenario": scenario.name,
        "title": scenario.title,
        "seed": seed,
        "seconds": seconds,
        "camera": camera,
        "people": [
            {"person": n, "actor": who[n], "child": people[n].child, "in_picture_s": [round(a, 3), round(b, 3)]}
            for n, (a, b) in sorted(ledger.in_view.items())
        ],
        "people_max": ledger.people_max,
        "lines": {name: {"in": n[0], "out": n[1]} for name, n in ledger.line_counts().items()},
        "events": _events(ledger, who),
        "trains": [asdict(stop) for stop in stops_of(scenario.trains) if stop.arrive_s < seconds],
        "bags": [
            {"person": bag.owner, "actor": who[bag.owner], "m": bag.position, "t_s": bag.t_s} for bag in bags
        ],
        "faults": [asdict(span) for span in spans(scenario.faults, camera["name"], seconds)],
        "expected": scenario.expected.model_dump(exclude_defaults=True),
    }


def _events(ledger: Ledger, who: dict[int, str | None]) -> list[dict[str, Any]]:
    crossed = [
        {"kind": "line_crossing", "place": c.line, "person": c.person, "actor": who[c.person],
         "from_s": round(c.t_s, 3), "to_s": round(c.t_s, 3), "direction": c.direction}
        for c in ledger.crossings
    ]  # fmt: skip
    lasting = [
        {"kind": s.kind, "place": s.place, "person": abs(s.person), "actor": who[abs(s.person)],
         "from_s": round(s.from_s, 3), "to_s": round(s.to_s, 3),
         **({"speed_mps": round(s.peak, 3)} if s.kind == "fast" else {})}
        for s in ledger.stretches
    ]  # fmt: skip
    return sorted(
        [*crossed, *lasting], key=lambda e: (float(str(e["from_s"])), str(e["kind"]), int(str(e["person"])))
    )

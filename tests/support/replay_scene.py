"""Draws the boxes that a detector of middling quality would find on a busy platform, for the replay.

Feet and sizes jitter, people are missed now and then or occlude each other, and some boxes are nobody. The camera
is gone for four seconds once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from passerby.contracts.people import Tracks
from support.floor_scene import Sampling, Scene, parse

FPS, SCORE, SEED = 8.0, 0.4, 20260301
MISSED, LOW, NOBODY = 0.04, 0.06, 0.05
GAP_S = (61.0, 65.0)
PLATFORM: dict[str, Any] = {
    "seconds": 90,
    "camera": {"height_m": 3.5, "tilt_deg": 25, "focal_px": 1100, "wh": [1280, 720]},
    "zones": [
        {"name": "platform", "kind": "platform", "polygon_m": [[-4, 7], [2.5, 7], [2.5, 17], [-4, 17]]},
        {"name": "track", "kind": "track", "polygon_m": [[2.8, 7], [5, 7], [5, 17], [2.8, 17]]},
    ],
    "lines": [{"name": "stairs", "from_m": [-4, 9], "to_m": [2.5, 9]}],
    "rules": [
        {"kind": "line_crossing", "line": "stairs"},
        {"kind": "fast_movement", "zone": "platform"},
        {"kind": "loitering", "zone": "platform", "dwell_s": 25},
        {"kind": "intrusion", "zone": "track"},
        {"kind": "crowding", "zone": "platform", "people": 6, "hold_s": 4},
    ],
    "walkers": [
        {
            "start_s": 1,
            "start_m": [-3, 7],
            "moves": [{"go": [-2.5, 17], "mps": 1.3}],
            "copies": 4,
            "apart": {"s": 6},
        },
        {
            "start_s": 5,
            "start_m": [0.5, 17],
            "moves": [{"go": [0, 7], "mps": 1.1}],
            "copies": 3,
            "apart": {"s": 9},
        },
        {"start_s": 3, "start_m": [1.5, 12], "moves": [{"stand_s": 50}]},
        {"start_s": 30, "start_m": [-3.5, 18], "moves": [{"stand_s": 1}, {"go": [2, 6], "mps": 3.4}]},
        {"start_s": 38, "start_m": [2, 10], "moves": [{"go": [3.6, 10.5], "mps": 0.9}, {"stand_s": 5}]},
        {
            **{"start_s": 44, "start_m": [-2.5, 11], "copies": 6, "apart": {"s": 0.7, "m": [0.8, 0.3]}},
            "moves": [{"stand_s": 14}, {"go": [-2.5, 19], "mps": 1.2}],
        },
        {"start_s": 60, "start_m": [-1, 8], "moves": [{"go": [-1, 19], "mps": 1.2}]},
        {"start_s": 66, "start_m": [0, 19], "moves": [{"go": [0, 7.5], "mps": 1.2}, {"go": [0, 19], "mps": 1.2}]},
        {"start_s": 68, "start_m": [3.6, 12], "moves": [{"stand_s": 4}]},
    ],
}


def record(folder: Path) -> None:
    """Write platform.detections.jsonl."""
    scene = parse("platform", PLATFORM)
    camera = scene.camera.model_dump(mode="json", exclude_none=True)
    head = {"camera": camera, "wh": scene.wh, "score": SCORE}
    lines = [json.dumps(line) for line in (head, *frames(scene))]
    (folder / "platform.detections.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def frames(scene: Scene) -> Iterator[dict[str, Any]]:
    """Yield what each frame held."""
    rng, reported = np.random.default_rng(SEED), False
    for tracks in scene.tracks(Sampling(FPS, late_s=0.02, seed=SEED)):
        boxes = _boxes(tracks, scene.wh, rng)
        if GAP_S[0] <= tracks.at.s < GAP_S[1]:
            if not reported:
                yield {"gap": True, "t_s": round(tracks.at.s, 3)}
            reported = True
            continue
        yield {"t_s": round(tracks.at.s, 3), "boxes": boxes}


def _boxes(tracks: Tracks, wh: tuple[int, int], rng: np.random.Generator) -> list[list[float]]:
    found = []
    for row in range(len(tracks)):
        x0, y0, x1, y1 = tracks.xyxy_px[row].tolist()
        fate, jitter = rng.random(), rng.normal(0, 0.012 * (y1 - y0), 4)
        if fate < MISSED or _is_occluded(tracks, row):
            continue
        score = rng.uniform(0.15, 0.35) if fate < MISSED + LOW else rng.uniform(0.5, 0.95)
        found.append([*(np.array([x0, y0, x1, y1]) + jitter), score])
    if rng.random() < NOBODY:
        x, y, size = rng.uniform(0, wh[0]), rng.uniform(100, wh[1]), rng.uniform(40, 160)
        found.append([x - size / 5, y - size, x + size / 5, y, rng.uniform(0.15, 0.7)])
    return [[*(round(float(v), 1) for v in box[:4]), round(float(box[4]), 2)] for box in found]


def _is_occluded(tracks: Tracks, row: int) -> bool:
    """Whether somebody nearer stands before most of this box."""
    x0, y0, x1, y1 = tracks.xyxy_px[row]
    for other in range(len(tracks)):
        a0, b0, a1, b1 = tracks.xyxy_px[other]
        if b1 > y1 and max(0.0, min(x1, a1) - max(x0, a0)) > 0.75 * (x1 - x0) and b0 < y0 + 0.3 * (y1 - y0):
            return True
    return False

"""A floor that is learned while a unit runs, kept, and used from the first frame when the unit runs again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.pixels.frame import RawFrame
from support import figures
from support.golden.case import json_lines
from support.golden.film import lossless
from support.golden.results import results
from support.golden.texts import text_differences
from support.stage import unit
from support.walkers import WH as CAMERA_WH
from support.walkers import Crowd, boxes, camera, ways
from support.wired import command_with

WH = (480, 270)
FPS, FRAMES_EACH, FRAMES_BETWEEN = 5, 30, 6
# A floor is offered with the twentieth walker.
MANY, FEW = 23, 3
CAMERA: dict[str, Any] = {
    "name": "north",
    "picture_px": list(CAMERA_WH),
    "calibration": {"people": True, "focal_px": 650},
    "zones": [{"name": "hall", "polygon_px": [[100, 200], [860, 200], [860, 520], [100, 520]]}],
    "lines": [{"name": "door", "from_px": [200, 300], "to_px": [760, 300]}],
    "rules": [
        {"kind": "line_crossing", "line": "door"},
        {"kind": "fast_movement", "zone": "hall", "speed_mps": 1.8, "hold_s": 0.6, "travel_m": 1.0},
    ],
}


@dataclass(frozen=True, slots=True)
class LearnedFloor:
    """Two runs in one folder: in the first the floor is learned, in the second it is known."""

    name: str = "floor"

    def record(self, folder: Path) -> dict[str, str]:
        """See Case."""
        out, codes, floors = folder / "out", list[int](), list[dict[str, Any]]()
        for people, seed in ((MANY, 1), (FEW, 2)):
            seen = walks(people, seed)
            grey = np.full((WH[1], WH[0], 3), 128, np.uint8)
            film = lossless(folder / "north.mkv", ((k / FPS, grey) for k in range(len(seen))), WH)
            model = figures.model(folder / "colours.onnx", WH)
            camera_ = {**CAMERA, "source": str(film)}
            config = unit(folder / "unit.yaml", camera_, model=str(model), retention={"free_mb": 0})
            codes.append(command_with(lambda *_, seen=seen: Walks(seen), "run", config, "--out", out).code)
            floors.append(_floor(out))
        return {"exit.txt": f"{codes}\n", "floor.jsonl": json_lines(floors), **results(out, folder)}

    def differences(self, file: str, before: str, now: str) -> list[str]:
        """See Case."""
        return text_differences(file, before, now)


def walks(people: int, seed: int) -> list[NDArray[np.float32]]:
    """Return the boxes (N, 4) of every frame: one walker after the other, on straight ways of their own."""
    frames: list[NDArray[np.float32]] = []
    for way, height_m, _ in ways(np.random.default_rng(seed), people, Crowd()):
        run = np.linspace(0, 1, FRAMES_EACH)[:, None]
        boxes_px = boxes(camera(), way[0] * (1 - run) + way[-1] * run, height_m) * WH[0] / CAMERA_WH[0]
        frames += [box[None] for box in (np.round(boxes_px * 16) / 16).astype(np.float32)]
        frames += [np.zeros((0, 4), np.float32)] * FRAMES_BETWEEN
    return frames


@dataclass(frozen=True, slots=True)
class Walks:
    """A detector that knows where everybody is in each frame."""

    seen: Sequence[NDArray[np.float32]]
    batch: int = 1

    @property
    def info(self) -> ModelInfo:
        return ModelInfo("walks", "00" * 32, "none", WH, 0.4)

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        return [self._found(frame) for frame in frames]

    def _found(self, frame: RawFrame) -> Detections:
        box = self.seen[frame.number - 1]
        return Detections(frame.camera, frame.at, frame.wh, box, np.full(len(box), 0.9, np.float32))


def _floor(out: Path) -> dict[str, Any]:
    """Return the file of the floor, rounded; of the covariance only the standard deviations."""
    (path,) = out.rglob("floor.json")
    floor = json.loads(path.read_text("utf-8"))
    floor["cov"] = np.sqrt(np.diag(np.reshape(floor["cov"], (4, 4)))).tolist()
    return {name: _rounded(value) for name, value in floor.items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return float(f"{value:.3g}") if isinstance(value, float) else value


FLOORS = (LearnedFloor(),)

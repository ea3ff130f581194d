"""Films with a pattern on every head, and detectors that miss people, to find leaks in what a run shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from passerby.contracts.arrays import Bools
from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.contracts.settings import RedactionMode
from passerby.pixels.frame import U8, RawFrame
from passerby.sim.station import Station, camera_of
from passerby.sim.truth import FrameTruth
from passerby.sim.unitfile import unit_config
from support.canary import found_in, marked
from support.golden.film import lossless

WH, FPS, SECONDS = (640, 360), 5.0, 12.0
SHARP = 250.0  # the most that may be configured, so that nothing hides in a small picture
SURE, LOW = 0.9, 0.39


@dataclass(frozen=True)
class Film:
    """A scenario with the pattern on every head: its video, the truth of each frame by number, and a camera."""

    path: Path
    truths: dict[int, FrameTruth]
    unit: dict[str, object]
    with_pattern: int

    def config(self, folder: Path, mode: RedactionMode) -> Path:
        camera = {**self.unit, "source": str(self.path), "redaction": {"mode": mode, "max_px_per_m": SHARP}}
        path = folder / "unit.yaml"
        path.write_text(json.dumps({"station": "Leaks", "cameras": [camera]}), "utf-8")
        return path


Shot = tuple[float, U8, FrameTruth]
"""Time, picture with the pattern, truth."""


def shots_of(scenario: str, seconds: float = SECONDS) -> list[Shot]:
    """The scenario with the pattern on every head."""
    station = Station.load(scenario, seed=2)
    frames = station.frames(seconds=seconds, size_px=WH, fps=FPS)
    return [(t_s, marked(bgr, truth), truth) for t_s, bgr, truth in frames]


def filmed(scenario: str, folder: Path, shots: Sequence[Shot] | None = None) -> Film:
    """Write the scenario, or other `shots` with its camera, to a video without losses."""
    station = Station.load(scenario, seed=2)
    model = station.model().model_copy(update={"size_px": WH})
    shots = shots_of(scenario) if shots is None else shots
    raw = [(t_s, bgr) for t_s, bgr, _ in shots]
    camera = unit_config(station.scenario, model, camera_of(model), "film").cameras[0]
    return Film(
        lossless(folder / "film.mkv", raw, WH),
        {number: truth for number, (_, _, truth) in enumerate(shots, 1)},
        json.loads(camera.model_dump_json(exclude_defaults=True)),
        sum(found_in(picture) > 0 for _, picture in raw),
    )


Sees = Callable[[RawFrame, FrameTruth], Bools]


@dataclass(frozen=True)
class Crafted:
    """A detector that sees of the people that are there those that `sees` says."""

    truths: dict[int, FrameTruth]
    sees: Sees
    score: float = SURE
    batch: int = 1

    @property
    def info(self) -> ModelInfo:
        return ModelInfo("crafted", "00" * 32, "none", WH, 0.4)

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        return [self._found(frame) for frame in frames]

    def _found(self, frame: RawFrame) -> Detections:
        truth = self.truths[frame.number]
        rows = (truth.visibility > 0.1) & self.sees(frame, truth)
        boxes = np.clip(truth.box_px[rows], 0, [*frame.wh, *frame.wh]).astype(np.float32)
        return Detections(frame.camera, frame.at, frame.wh, boxes, np.full(len(boxes), self.score, np.float32))


def everybody(frame: RawFrame, truth: FrameTruth) -> Bools:
    return np.ones(len(truth.id), bool)


def nobody(frame: RawFrame, truth: FrameTruth) -> Bools:
    return np.zeros(len(truth.id), bool)


def first_half(frame: RawFrame, truth: FrameTruth) -> Bools:
    return np.full(len(truth.id), frame.at.s < SECONDS / 2)


def every_second(frame: RawFrame, truth: FrameTruth) -> Bools:
    return np.random.default_rng(frame.number).random(len(truth.id)) > 0.5


def two_of_three(frame: RawFrame, truth: FrameTruth) -> Bools:
    return np.random.default_rng(frame.number).random(len(truth.id)) > 0.34

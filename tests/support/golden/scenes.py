"""The rendered scenes of the golden tests: small pictures, few frames, and boxes that are exactly right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from passerby.contracts.config import Camera, ModelChoice
from passerby.contracts.events import Gap
from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.contracts.settings import Redaction, RedactionMode
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.pixels.frame import RawFrame
from passerby.sim.station import Station, camera_of
from passerby.sim.truth import FrameTruth
from passerby.sim.unitfile import unit_config
from passerby.vision.detector import Detector
from passerby.vision.load import load_detector
from support.golden.case import json_lines, rows_of
from support.golden.frames import frame_differences
from support.golden.rows import frame_rows, parts, second_rows
from support.golden.tolerances import LOOSE, SAME
from support.wired import FrameOutputs, camera_outputs

SCENARIOS = Path(__file__).parents[2] / "golden" / "scenes"
# A person of whom less is seen is one that an ideal detector does not find.
LEAST_SEEN = 0.25
SCORE = 0.95
# The last bits of a box differ between processors; a sixteenth of a pixel does not.
BOX_STEPS_PER_PX = 16


@dataclass(frozen=True, slots=True)
class Scene:
    """One scenario of tests/golden/scenes and how it is played.

    fps: frames rendered and analysed per second. gaps: from and to, seconds, without a picture.
    embedded: boxes come from the detector that ships with passerby, not from the truth.
    """

    name: str
    fps: float
    redaction: RedactionMode = "silhouette"
    gaps: tuple[tuple[float, float], ...] = ()
    is_live: bool = False
    embedded: bool = False

    def record(self, folder: Path) -> dict[str, str]:
        """See Case."""
        outputs, inputs = self.play(folder)
        rows = second_rows(outputs) if self.embedded else frame_rows(outputs, inputs)
        return {"frames.jsonl": json_lines(rows)}

    def differences(self, file: str, before: str, now: str) -> list[str]:
        """See Case."""
        return frame_differences(rows_of(before), rows_of(now), LOOSE if self.embedded else SAME)

    def play(self, folder: Path) -> tuple[list[FrameOutputs], dict[float, str]]:
        """Return what the loop gave, and the mean colours of the pictures that it was given, by their times."""
        station = Station.load(SCENARIOS / f"{self.name}.yaml")
        truths: dict[int, FrameTruth] = {}
        inputs: dict[float, str] = {}

        def items() -> Iterator[RawFrame | Gap]:
            for item in self._items(station, truths):
                if isinstance(item, RawFrame):
                    inputs[item.at.s] = parts(item.bgr)
                yield item

        detector: Detector = IdealDetector(truths, station.model().size_px)
        if self.embedded:
            detector = load_detector(ModelChoice())
        outputs = camera_outputs(self.camera(station), items(), detector, folder, is_live=self.is_live)
        return outputs, inputs

    def camera(self, station: Station) -> Camera:
        """Return the camera as the scenario's unit.yaml has it."""
        model = station.model()
        camera = unit_config(station.scenario, model, camera_of(model), "simulated").cameras[0]
        return camera.model_copy(update={"redaction": Redaction(mode=self.redaction)})

    def _items(self, station: Station, truths: dict[int, FrameTruth]) -> Iterator[RawFrame | Gap]:
        camera, ahead = station.model().name, [*self.gaps]
        for t_s, bgr, truth in station.frames(fps=self.fps):
            while ahead and t_s >= ahead[0][1]:
                yield from growing_gap(camera, *ahead.pop(0))
            if ahead and ahead[0][0] <= t_s:
                continue
            truths[truth.number] = truth
            yield RawFrame(camera, truth.number, Timestamp(round(t_s * NS_PER_S)), bgr)


def growing_gap(camera: str, from_s: float, to_s: float) -> Iterator[Gap]:
    """A lost camera as a live source reports it: once a second, and once more when it is back."""
    for second in range(1, int(to_s - from_s) + 1):
        yield Gap(camera, from_s, from_s + second, None, "the camera sends nothing")


@dataclass(frozen=True)
class IdealDetector:
    """Knows the truth of every frame by its number."""

    truths: Mapping[int, FrameTruth]
    wh: tuple[int, int]
    batch: int = 1

    @property
    def info(self) -> ModelInfo:
        return ModelInfo("ideal", "00" * 32, "none", self.wh, 0.5)

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        return [self._found(frame) for frame in frames]

    def _found(self, frame: RawFrame) -> Detections:
        truth = self.truths[frame.number]
        w, h = frame.wh
        boxes = np.clip(truth.box_px[truth.visibility >= LEAST_SEEN], 0, [w, h, w, h])
        boxes = np.round(boxes * BOX_STEPS_PER_PX) / BOX_STEPS_PER_PX
        return Detections(
            frame.camera,
            frame.at,
            frame.wh,
            boxes.astype(np.float32),
            np.full(len(boxes), SCORE, np.float32),
        )


SCENES = (
    Scene("runner", fps=8),
    Scene("train", fps=4),
    Scene("bag", fps=4),
    Scene("fall", fps=5),
    Scene("intruder", fps=5, redaction="solid"),
    Scene("gap", fps=4, redaction="schematic", gaps=((6.0, 8.0), (13.0, 21.0)), is_live=True),
    Scene("detector", fps=5, embedded=True),
)

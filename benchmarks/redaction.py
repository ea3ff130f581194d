"""Measures the leaks and the cost of the redactor, over the simulated scenarios and over any video.

    python benchmarks/redaction.py scenes [NAME...] [--seconds 40] [--detector on|off|late|weak] [--hurry 10]
    python benchmarks/redaction.py empty [--minutes 64]
    python benchmarks/redaction.py cost --network yolox_nano.onnx
    python benchmarks/redaction.py faces --yunet MODEL.onnx VIDEO... [--keep DIR]

scenes: faces of the truth at least 16 px high of which a tenth or more of the pixels are shown: like the person
who is there and unlike the empty station, which the simulation draws as well. `off` never detects anybody; `late`
learns with the detector for the first half and is blind from then on; `low` is never sure of anybody. --hurry
makes places of low-confidence detections settle so many times sooner. empty: blocks covered needlessly at first
and, with the same pictures in any order, after `--minutes`. cost: CPU ms of one core a frame, and as a ratio to
those of a network of known speed. faces: what an independent face detector finds in the output; --keep writes
pictures.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event

import cv2
import numpy as np
import openvino

from passerby.app.clock import SystemClock
from passerby.camera.shown import shown_wh
from passerby.contracts.config import ModelChoice
from passerby.contracts.events import Gap
from passerby.contracts.people import Detections, Tracks
from passerby.contracts.time import Timestamp
from passerby.ingest.open import open_source
from passerby.pixels.figure import PERSON_BGR, RIM_BGR
from passerby.pixels.frame import U8, RawFrame
from passerby.pixels.look import Look
from passerby.pixels.paint import MOVING_BGR, SHAPE_BGR, UNKNOWN_BGR
from passerby.pixels.redact import RedactedImage, Redactor
from passerby.scene import low_confidence
from passerby.scene.place import Place
from passerby.sim.geometry import quads_of
from passerby.sim.lens import Sensor
from passerby.sim.library import SCENARIOS
from passerby.sim.station import Station, camera_of
from passerby.sim.truth import FrameTruth
from passerby.sim.view import View
from passerby.vision.load import load_detector
from passerby.vision.tracker import Tracker

FPS, WH = 5.0, (1280, 720)
FACE_PX, SHARE = 16, 0.1
LIKE, UNLIKE = 12, 24
LOW = 0.39
# 2 ms where YOLOX-nano at 416x416 took 7.7 ms.
AIM_RATIO = 2 / 7.7


class Watch:
    """One camera: detector, tracker and redactor. detect: whether the detector is asked; else it finds nobody."""

    def __init__(self, wh: tuple[int, int], shown: tuple[int, int], detector: object | None) -> None:
        self.place, self.redactor = Place(wh, shown), Redactor(shown)
        self.shown: Look | None = None
        self.detector, self.tracker = detector, Tracker("camera", 0.4)

    def look(self, frame: RawFrame, detect: bool = True, surest: float = 1.0) -> None:
        """See one frame; no box has a score above `surest`."""
        found = _nobody(frame)
        if detect and self.detector is not None:
            (found,) = self.detector.detect([frame])  # type: ignore[attr-defined]
        self.see(frame, replace(found, score=np.minimum(found.score, np.float32(surest))))

    def see(self, frame: RawFrame, found: Detections) -> None:
        """See one frame and its boxes."""
        self.take(frame, found, self.tracker.step(found))

    def take(self, frame: RawFrame, found: Detections, tracks: Tracks) -> None:
        """See one frame, its boxes and its tracks."""
        self.shown = self.place.step(frame, found, tracks)

    def show(self) -> RedactedImage:
        """Return the last frame without anybody in it."""
        assert self.shown is not None
        return self.redactor.draw(self.shown)


def _nobody(frame: RawFrame) -> Detections:
    return Detections(frame.camera, frame.at, frame.wh, np.zeros((0, 4), np.float32), np.zeros(0, np.float32))


def _frame(k: int, t_s: float, bgr: U8) -> RawFrame:
    return RawFrame("camera", k + 1, Timestamp(round(t_s * 1e9)), bgr)


def _films(name: str, seconds: float) -> Iterator[tuple[float, U8, U8, FrameTruth]]:
    """Time, picture, the same picture without people (and without the camera's faults), truth."""
    station = Station.load(name, seed=3)
    model = station.model()
    model = model.model_copy(update={"fps": FPS, "size_px": WH})
    light = station.scenario.light
    view = View(quads_of(station.scenario.layout), camera_of(model), light.level)
    sensor = Sensor(model, light, WH, 4)
    for t_s, bgr, truth in station.frames(seconds=seconds, size_px=WH, fps=FPS):
        bare = np.ascontiguousarray(view.stage(truth.trains).bgra[..., :3])
        yield t_s, bgr, sensor.picture(bare, t_s, 1.0), truth


def shown_faces(image: U8, bgr: U8, bare: U8, truth: FrameTruth) -> tuple[int, int]:
    """Faces large enough to matter, and how many of them are shown."""
    size = image.shape[1], image.shape[0]
    live, none = (cv2.resize(p, size, interpolation=cv2.INTER_AREA).astype(int) for p in (bgr, bare))
    out = image.astype(int)
    leaks = (np.abs(out - live).max(-1) <= LIKE) & (np.abs(out - none).max(-1) >= UNLIKE)
    for fill in (MOVING_BGR, PERSON_BGR, RIM_BGR, SHAPE_BGR, UNKNOWN_BGR):
        leaks &= (image != fill).any(-1)
    faces = truth.face_px[np.isfinite(truth.face_px).all(1)]
    faces = faces[(faces[:, 3] - faces[:, 1] >= FACE_PX) & (faces[:, 2] > 0) & (faces[:, 3] > 0)]
    faces = faces[(faces[:, 0] < WH[0]) & (faces[:, 1] < WH[1])] * (size[0] / WH[0])
    shares = []
    for x0, y0, x1, y1 in faces:
        part = leaks[max(0, int(y0)) : int(np.ceil(y1)), max(0, int(x0)) : int(np.ceil(x1))]
        shares.append(part.mean() if part.size else 0.0)
    return len(faces), int((np.array(shares) >= SHARE).sum())


def scenes(names: list[str], seconds: float, detector: str, keep: Path | None) -> None:
    """Print a line a scenario."""
    total = np.zeros(4, int)
    model = None if detector == "off" else load_detector(ModelChoice())
    for name in names or sorted(path.stem for path in SCENARIOS.glob("*.yaml")):
        watch, faces, shown, frames, bad = Watch(WH, (640, 360), model), 0, 0, 0, 0
        watch.place._trusted |= detector == "weak"  # otherwise a minute lies between samples
        covered, half = [], seconds / 2 if detector == "late" else 0.0
        for k, (t_s, bgr, bare, truth) in enumerate(_films(name, seconds)):
            surest = LOW if detector == "weak" else 1.0
            watch.look(_frame(k, t_s, bgr), detector in ("on", "weak") or t_s < half, surest)
            image = watch.show()
            covered.append(image.covered)
            if t_s < half:
                continue
            n, leaked = shown_faces(image.bgr, bgr, bare, truth)
            faces, shown, frames, bad = faces + n, shown + leaked, frames + 1, bad + (leaked > 0)
            if keep and (leaked or k % 100 == 99):
                both = np.vstack([cv2.resize(bgr, (640, 360)), image.bgr])
                cv2.imwrite(str(keep / f"{name}-{detector}-{k:04d}-{leaked}.png"), both)
        total += (faces, shown, frames, bad)
        print(f"{name:28} faces {faces:6} shown {shown:4}  frames {frames:5} with one {bad:4}"
              f"  covered {np.mean(covered):.2f}, at the end {covered[-1]:.2f}", flush=True)  # fmt: skip
    share = total[1] / max(1, total[0])
    print(f"{'all':28} faces {total[0]:6} shown {total[1]:4} ({share:.3%})  frames {total[2]:5}, {total[3]:4} bad")


def empty(seconds: float, minutes: float) -> None:
    """Print how much of an empty station is covered after the warm-up."""
    model = load_detector(ModelChoice())
    for name in ("platform", "hall-rush", "left-bag", "empty-night"):
        watch, kept, early = Watch(WH, (640, 360), None), [], []
        watch.place._trusted = True  # on another day it has seen somebody here
        for k, (t_s, _, bare, truth) in enumerate(_films(name, seconds)):
            frame = _frame(k, t_s, bare)
            (found,) = model.detect([frame])
            watch.see(frame, found)
            if not truth.trains:
                kept.append((bare, found))
                early += [watch.show().covered] if t_s > 15 else []
        late = _lasting(watch, kept, seconds, minutes)
        print(
            f"{name:28} from 15 to {seconds:g} s {_percentages(early)}; minute {minutes:g} {_percentages(late)}",
            flush=True,
        )


def _percentages(covered: list[float]) -> str:
    return f"covered {np.mean(covered):.2%}, {np.max(covered):.2%} at most" if covered else "trains all the time"


def _lasting(watch: Watch, kept: list[tuple[U8, Detections]], from_s: float, minutes: float) -> list[float]:
    """Share covered in the last minute of showing pictures, each with its boxes, in any order."""
    chance, covered = np.random.default_rng(1), []
    for k in range(round(from_s * FPS) + 1, round(60 * minutes * FPS)):
        bgr, found = kept[chance.integers(len(kept))]
        frame = _frame(k, k / FPS, bgr)
        watch.see(frame, replace(found, at=frame.at))
        covered += [watch.show().covered] if k / FPS > 60 * (minutes - 1) else []
    return covered


def cost(network: Path) -> None:
    """Print the CPU time of each step at 8 frames a second of 720p, and that of a network of known speed.

    They take turns, frame by frame, so that whatever else the machine does slows both: the ratio is the figure.
    """
    shots = list(Station.load("demo", seed=3).frames(seconds=12, size_px=WH, fps=8))
    model, yardstick = load_detector(ModelChoice()), _network(network)
    found = [model.detect([_frame(k, t_s, bgr)])[0] for k, (t_s, bgr, _) in enumerate(shots)]
    for shown in ((426, 240), (640, 360), (960, 540)):
        watch, spent = Watch(WH, shown, None), []
        for lap in range(5):
            for k, (t_s, bgr, _) in enumerate(shots):
                frame = _frame(k, t_s + 12.0 * lap, bgr)
                boxes = Detections("camera", frame.at, WH, found[k].xyxy_px, found[k].score)
                spent.append((lap, *_spent_ms(watch, frame, boxes, yardstick)))
        later = np.array([ms for lap, *ms in spent if lap > 1])
        whole, one = later[:, :3].sum(1), later[:, 3]
        medians = ", ".join(
            f"{n} {v:.2f}" for n, v in zip(("see", "show", "jpeg"), np.median(later, 0), strict=False)
        )
        print(
            f"{shown}: CPU ms, medians: {medians}; whole {np.median(whole):.2f} ({whole.mean():.2f} in the mean), "
            f"network {np.median(one):.2f}; ratio {np.median(whole) / np.median(one):.3f}, "
            f"{whole.mean() / one.mean():.3f} of the means; aim {AIM_RATIO:.2f}; "
            f"covered at the end {watch.show().covered:.3f}",
            flush=True,
        )


def _spent_ms(watch: Watch, frame: RawFrame, boxes: Detections, yardstick: Callable[[], object]) -> list[float]:
    """CPU ms of seeing, showing and encoding one frame, and of the yardstick."""
    tracks = watch.tracker.step(boxes)
    marks = [_cpu_s()]
    watch.take(frame, boxes, tracks)
    marks.append(_cpu_s())
    image = watch.show()
    marks.append(_cpu_s())
    cv2.imencode(".jpg", image.bgr, [cv2.IMWRITE_JPEG_QUALITY, 82])
    marks.append(_cpu_s())
    yardstick()
    marks.append(_cpu_s())
    return [1000 * (b - a) for a, b in itertools.pairwise(marks)]


def _cpu_s() -> float:
    """CPU time of all threads: the network has one of its own."""
    return time.process_time()


def _network(path: Path) -> Callable[[], object]:
    """Return a function that runs a network (OpenVINO, one thread) once on a grey picture."""
    core = openvino.Core()
    model = core.compile_model(str(path), "CPU", {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1})
    shape = [side.get_length() if side.is_static else 416 for side in model.inputs[0].partial_shape]
    shape[0] = 1
    request, picture = model.create_infer_request(), np.full(shape, 114, np.float32)
    return lambda: request.infer([picture])


def faces(videos: list[str], yunet: Path, keep: Path | None) -> None:
    """Print the detections of an independent detector in the frames and in the output."""
    model = load_detector(ModelChoice())
    for video in videos:
        with closing(open_source(video, "camera", clock=SystemClock(), assumed_fps=25.0)) as source:
            source.open()
            counts, watch, last_s, covered = np.zeros(3, int), None, -1.0, []
            for item in source.frames(Event()):
                if isinstance(item, Gap) or item.at.s - last_s < 1 / 8:
                    continue
                last_s = item.at.s
                watch = watch or Watch(item.wh, shown_wh(item.wh, None, 62.5), model)
                watch.look(item)
                image = watch.show()
                covered.append(image.covered)
                counts += (1, _found(yunet, item.bgr), n := _found(yunet, image.bgr))
                if keep and (n or counts[0] % 40 == 1):
                    small = cv2.resize(item.bgr, image.wh)
                    cv2.imwrite(
                        str(keep / f"{Path(video).stem}-{counts[0]:04d}-{n}.png"), np.vstack([small, image.bgr])
                    )
        print(f"{Path(video).name:40} frames {counts[0]:4} faces in: {counts[1]:5} faces out: {counts[2]:4}"
              f"  covered {np.mean(covered):.2f}, at the end {covered[-1]:.2f}", flush=True)  # fmt: skip


def _found(yunet: Path, bgr: U8) -> int:
    size = bgr.shape[1], bgr.shape[0]
    detector = cv2.FaceDetectorYN.create(str(yunet), "", size, 0.6)
    found = detector.detect(np.ascontiguousarray(bgr))[1]
    return 0 if found is None else len(found)


def main() -> None:
    """Run one of the measurements."""
    cv2.setNumThreads(1)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("scenes", "empty", "cost", "faces"))
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--detector", choices=("on", "off", "late", "weak"), default="on")
    parser.add_argument("--minutes", type=float, default=64.0)
    parser.add_argument("--hurry", type=float, default=1.0)
    parser.add_argument("--yunet", type=Path)
    parser.add_argument("--network", type=Path)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_intermixed_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    low_confidence.SETTLED_S /= given.hurry
    low_confidence.MINUTE_S /= given.hurry
    match given.what:
        case "scenes":
            scenes(given.names, given.seconds, given.detector, given.keep)
        case "empty":
            empty(given.seconds, given.minutes)
        case "cost":
            cost(given.network)
        case "faces":
            faces(given.names, given.yunet, given.keep)


if __name__ == "__main__":
    main()

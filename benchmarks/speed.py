"""Measures the error of speeds, and the reported runners: the real tracker, floor and rule on recorded boxes.

    python benchmarks/speed.py CACHE demo demo:8 platform            exact boxes of the simulated station
    python benchmarks/speed.py CACHE --embedded demo platform        the boxes of the embedded detector
    python benchmarks/speed.py CACHE --mot SHARED --model MODEL --input 864x480    PETS 2009 and TUD-Stadtmitte

Boxes and truth are made once and kept in CACHE. The truth is the slope of a person's true positions over the last
second. A line gives all speeds, then those with a standard deviation of at most 0.2 m/s, then runners: true,
reported, false. z is the root mean square of error / standard deviation; below 1 the deviation is too large.
"""

from __future__ import annotations

import argparse
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from passerby.behaviour.crossing import crossings_of
from passerby.behaviour.incidents import Incidents
from passerby.behaviour.make import make_rules
from passerby.contracts.config import Camera, ModelChoice
from passerby.contracts.events import Event, Phase
from passerby.contracts.people import Detections
from passerby.contracts.scene import Scene
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.evals.matching import pair_up
from passerby.evals.speeds import same_people
from passerby.evals.watched import Seen, WatchedFrame, detected_frames, exact_frames
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.geometry.foot import resolution_px
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.velocity import RELIABLE_SD_MPS, Motion
from passerby.ingest.file import FileSource
from passerby.pixels.frame import RawFrame
from passerby.sim.ledger import Ledger
from passerby.sim.record import watch
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config
from passerby.sim.verdict import Ideal, ideal_events
from passerby.vision.load import EMBEDDED, load_detector
from passerby.vision.tracker import Tracker

FPS, WINDOW_S = 8.0, 1.0
Rows = NDArray[np.float64]
MOT = {
    "pets09-s2l1": ("pets09-s2l1-f001-300.mp4", "pets09-s2l1-f001-300.txt"),
    "tud-stadtmitte": ("tud-stadtmitte-480p25.mp4", "tud-stadtmitte.txt"),
}


@dataclass(frozen=True)
class Recording:
    """Boxes and truth of one camera. camera: None where there are no rules to try."""

    name: str
    wh: tuple[int, int]
    score: float
    resolution_px: float
    plane: GroundPlane
    camera: Camera | None
    frames: list[WatchedFrame]
    ideals: list[Ideal]


def simulated(scene: str, embedded: bool) -> Recording:
    """Play the first camera of `scene`, which is NAME or NAME:SEED."""
    name, _, seed = scene.partition(":")
    station = Station.load(name, int(seed) if seed else None)
    model = station.scenario.cameras[0]
    wh, seconds = model.size_px, station.scenario.seconds
    camera = unit_config(station.scenario, model, camera_of(model), "simulated").cameras[0]
    assert camera.calibration
    plane = make_plane(camera.calibration, wh)
    if embedded:
        detector = load_detector(ModelChoice(path=str(EMBEDDED)))
        ledger = watch(station, model.name, seconds)
        frames = list(detected_frames(station, model.name, wh, seconds, FPS, detector))
        score, resolution = detector.info.score, resolution_px(wh, detector.info.input_wh)
    else:
        zones = tuple(z for z in station.scenario.zones if z.name in model.zones)
        ledger = Ledger(camera_of(model), zones, ())
        frames = list(exact_frames(station, model.name, wh, seconds, FPS, ledger))
        score, resolution = 0.5, 1.0
    return Recording(
        scene, wh, score, resolution, plane, camera, frames, ideal_events(station.scenario, model.name, ledger)
    )


def filmed(name: str, shared: Path, model: ModelChoice) -> Recording:
    """Detect people in a MOTChallenge sequence whose truth is in metres."""
    known = json.loads((shared / "groundtruth/mot/homographies.json").read_text())[name]
    video, file = MOT[name]
    truth, detector = np.loadtxt(shared / "groundtruth/mot" / file, delimiter=","), load_detector(model)
    frames, wh = [], (1, 1)
    for frame in FileSource(str(shared / "media" / video), name).frames(threading.Event()):
        if not isinstance(frame, RawFrame):
            continue
        rows, t_s, wh = truth[truth[:, 0] == frame.number], (frame.number - 1) / known["fps"], frame.wh
        (found,) = detector.detect([RawFrame(name, frame.number, Timestamp(round(t_s * NS_PER_S)), frame.bgr)])
        box = np.hstack([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]]).astype(np.float32)
        n = len(rows)
        frames.append(
            WatchedFrame(found, Seen(t_s, rows[:, 1].astype(int), rows[:, 7:9], np.zeros(n), np.zeros(n), box))
        )
    to_picture = np.linalg.inv(np.array(known["image_to_world_m"]))
    depth = np.column_stack([truth[:, 7:9], np.ones(len(truth))]) @ to_picture[2]
    plane = GroundPlane(to_picture * np.sign(np.median(depth)), np.zeros((9, 9)))
    return Recording(
        name, wh, detector.info.score, resolution_px(wh, detector.info.input_wh), plane, None, frames, []
    )


def kept(cache: Path, name: str, make: Callable[[], Recording]) -> Recording:
    """Return the result of `make`, from the cache if it is there: boxes and truth as JSON, no pictures."""
    path = cache / f"{name}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(packed(make())))
    return unpacked(json.loads(path.read_text()))


def packed(recording: Recording) -> dict[str, Any]:
    """Return a recording as numbers and texts."""
    r, plane = recording, recording.plane
    frames = [
        (f.found.at.mono_ns, f.found.xyxy_px.tolist(), f.found.score.tolist(), f.seen.t_s, f.seen.id.tolist(),
         f.seen.pos_m.tolist(), f.seen.distance_m.tolist(), f.seen.xyxy_px.tolist())
        for f in r.frames
    ]  # fmt: skip
    return {
        "name": r.name, "wh": r.wh, "score": r.score, "resolution_px": r.resolution_px,
        "plane": (plane.world_to_image.tolist(), plane.fit_cov.tolist()),
        "camera": r.camera.model_dump(mode="json", exclude_defaults=True) if r.camera else None,
        "frames": frames, "ideals": [astuple(i) for i in r.ideals],
    }  # fmt: skip


def unpacked(reported: dict[str, Any]) -> Recording:
    """Return the unpacked values."""
    wh = (int(reported["wh"][0]), int(reported["wh"][1]))
    frames = [
        WatchedFrame(
            Detections(reported["name"], Timestamp(ns), wh, _rows(box, 4), np.array(score, np.float32)),
            Seen(t_s, np.array(ids, int), _rows(pos, 2, float), np.zeros(len(ids)), np.array(far), _rows(true, 4)),
        )
        for ns, box, score, t_s, ids, pos, far, true in reported["frames"]
    ]
    plane = GroundPlane(np.array(reported["plane"][0]), np.array(reported["plane"][1]))
    camera = Camera.model_validate(reported["camera"]) if reported["camera"] else None
    ideals = [Ideal(*ideal) for ideal in reported["ideals"]]
    return Recording(
        reported["name"], wh, reported["score"], reported["resolution_px"], plane, camera, frames, ideals
    )


def _rows(numbers: list[list[float]], width: int, kind: type = np.float32) -> NDArray[Any]:
    return np.array(numbers, kind).reshape(-1, width)


def replay(recording: Recording) -> tuple[Rows, list[Event]]:
    """Return rows of (measured speed, its sd, true speed, metres away), and the events of fast movement."""
    tracker = Tracker(recording.frames[0].found.camera, recording.score)
    motion = Motion(recording.plane, recording.resolution_px)
    camera, plane = recording.camera, recording.plane
    rules = make_rules(camera, plane, crossings_of(camera, plane)) if camera else []
    numbers = count(1)
    incidents = Incidents("bench", camera.rules if camera else [], lambda: str(next(numbers)))
    paths: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
    rows, events = [], []
    for frame in recording.frames:
        tracks = tracker.step(frame.found)
        ground = motion.step(tracks)
        hits = [hit for rule in rules for hit in rule.step(Scene(ground))]
        events += [
            e for e in incidents.step(hits, ground.at) if e.phase is Phase.START and e.kind == "fast_movement"
        ]
        for person, (x, y) in zip(frame.seen.id.tolist(), frame.seen.pos_m.tolist(), strict=True):
            paths[person].append((frame.seen.t_s, x, y))
        counts, speed = ground.confirmed & ~ground.predicted, np.hypot(*ground.vel_mps.T)
        for row, person in same_people(tracks.xyxy_px, frame.seen.xyxy_px):
            true = slope(paths[int(frame.seen.id[person])], frame.seen.t_s)
            if counts[row] and true is not None:
                rows.append((speed[row], ground.speed_sd_mps[row], true, frame.seen.distance_m[person]))
    return np.array(rows).reshape(-1, 4), events


def slope(path: Sequence[tuple[float, float, float]], t_s: float) -> float | None:
    """Return the speed of a true path over the window that ends at `t_s`; None if it is too short."""
    near = np.array([p for p in path[-40:] if p[0] >= t_s - WINDOW_S - 1e-6])
    if len(near) < 3 or np.ptp(near[:, 0]) < 0.7 * WINDOW_S:
        return None
    t = near[:, 0] - near[:, 0].mean()
    return float(np.hypot(*(t @ near[:, 1:] / (t @ t))))


def reported(name: str, rows: Rows) -> str:
    """Return one line of figures for rows of `replay`."""
    cells = [f"{name:28}"]
    known = np.isfinite(rows[:, 0])
    for chosen in (known, known & (rows[:, 1] <= RELIABLE_SD_MPS)):
        error = rows[chosen, 0] - rows[chosen, 2]
        if len(error):
            z = np.sqrt(np.mean((error / rows[chosen, 1]) ** 2))
            cells.append(f"{chosen.mean():4.0%} MAE {np.abs(error).mean():.3f} bias {error.mean():+.3f} z {z:.2f}")
    return " | ".join(cells)


def runners(recording: Recording, events: list[Event]) -> str:
    """Return how many runners there were, how many were reported and how late, and how many events were false."""
    pairs = pair_up([i for i in recording.ideals if i.kind == "fast_movement"], events)
    right = [p for p in pairs if p.ideal and p.event]
    late = ", ".join(f"{p.event.at_s - p.ideal.began_s:.1f} s" for p in right if p.event and p.ideal)
    true = sum(p.ideal is not None for p in pairs)
    return f"runners {true}, told {len(right)} ({late}), false {sum(p.ideal is None for p in pairs)}"


def main() -> None:
    """Print one line a scene, and one for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("scenes", nargs="*")
    parser.add_argument("--embedded", action="store_true")
    parser.add_argument("--mot", type=Path)
    parser.add_argument("--model", default="person.onnx")
    parser.add_argument("--input", default="864x480")
    args = parser.parse_intermixed_args()
    boxes, every = ("embedded" if args.embedded else "exact"), []
    for scene in args.scenes:
        recording = kept(args.cache / boxes, scene, partial(simulated, scene, args.embedded))
        rows, events = replay(recording)
        every.append(rows)
        print(reported(f"{scene}, {boxes}", rows), runners(recording, events), sep=" | ", flush=True)
    if len(every) > 1:
        print(reported("all", np.concatenate(every)))
    width, height = args.input.split("x")
    choice = ModelChoice(path=args.model, input_px=(int(width), int(height)))
    for name in MOT if args.mot else ():
        film = partial(filmed, name, args.mot, choice)
        print(reported(name, replay(kept(args.cache / "mot", name, film))[0]))


if __name__ == "__main__":
    main()

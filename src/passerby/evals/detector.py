"""Comparison of detectors in one run: accuracy on every set, by height and by source, false boxes, and time.

The detectors run as in the product (vision/load.py), with a lower threshold, because average precision uses all
scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from passerby.contracts.config import ModelChoice
from passerby.contracts.errors import UsageError
from passerby.contracts.time import Timestamp
from passerby.evals.detector_labels import Labelled
from passerby.evals.detector_quality import Pair, ScoredBoxes, by_height, match_truth, quality
from passerby.evals.detector_sets import evaluation_sets, tall
from passerby.evals.detector_speed import Contender, speeds
from passerby.evals.detector_stations import TONES, Change, nobody, stations, toned
from passerby.pixels.frame import RawFrame
from passerby.vision.detector import Detector
from passerby.vision.load import OURS, load_detector

BANDS_PX = ((12, 20), (20, 40), (40, 80), (80, 160), (160, 10_000))
LOWEST_SCORE = 0.02
SIZE_PX = (960, 540)
EMPTY_SEEDS, EMPTY_EACH = range(9500, 9530), 3
FLOAT = Path("training/person-float.onnx")  # in the repository only
YARDSTICK = "YOLOX-nano 416x416"
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Options:
    """Measurements besides the sets: seeds of the empty and toned stations, number of timings of the networks."""

    seeds: range = EMPTY_SEEDS
    each: int = EMPTY_EACH
    rounds: int = 40


def usual(data: Path) -> list[Contender]:
    """Return the embedded detector, in its default and in the comparison size, and the other detectors in
    `data`."""
    folder = data / "models" / "person"
    intel = str(folder / "person-vehicle-bike-detection-{}.int8.xml")
    known = [
        Contender("ours 512x288", "embedded", (512, 288)),
        Contender("ours 448x256", "embedded", (448, 256)),
        Contender("ours, float 512x288", str(FLOAT), (512, 288)),
        Contender(YARDSTICK, str(folder / "yolox_nano.onnx"), (416, 416)),
        Contender("pvb-2004 INT8 448x256", intel.format(2004), (448, 256)),
        Contender("pvb-2003 INT8 640x384", intel.format(2003), (640, 384)),
    ]
    return [c for c in known if c.path in OURS or Path(c.path).is_file()]


def found(detector: Detector, item: Labelled) -> ScoredBoxes:
    """The detections in one picture."""
    (boxes,) = detector.detect([RawFrame("eval", 1, Timestamp(0), item.bgr)])
    return ScoredBoxes(boxes.xyxy_px, boxes.score)


def pairs(detector: Detector, items: Iterable[Labelled]) -> list[Pair]:
    """Detections and ground truth."""
    return [(found(detector, item), item.truth) for item in items]


def measured(detector: Detector, items: Sequence[Labelled]) -> dict[str, Any]:
    """Quality on one set: total, by height of the people in pixels, and by source if there are several."""
    seen = pairs(detector, items)
    entry: dict[str, Any] = asdict(quality(seen))
    entry["heights"] = {f"{low}-{high}": asdict(by_height(seen, low, high)) for low, high in BANDS_PX}
    sources = sorted({item.source for item in items})
    if len(sources) > 1:
        groups = {s: [p for p, item in zip(seen, items, strict=True) if item.source == s] for s in sources}
        entry["sources"] = {source: asdict(quality(group)) for source, group in groups.items()}
    return entry


def station_figures(
    detectors: Sequence[Detector], scores: Sequence[float], options: Options
) -> list[dict[str, Any]]:
    """False boxes per empty frame, and recall by skin tone, of each detector at its threshold."""
    both = list(zip(detectors, scores, strict=True))
    false = [[len(seen.scores) for seen in row] for row in _strong(both, options, nobody)]
    figures: list[dict[str, Any]] = [
        {"score": s, "false_per_empty_frame": float(np.mean(n)), "empty_frames": len(n), "recall_by_skin_tone": []}
        for s, n in zip(scores, zip(*false, strict=True), strict=True)
    ]
    for tone in TONES:
        people, hits = 0, np.zeros(len(both), int)
        for item in map(tall, stations(options.seeds, options.each, SIZE_PX, toned(tone))):
            people += len(item.boxes)
            hits += [match_truth(found(d, item).from_score(s), item.truth)[0].sum() for d, s in both]
        for entry, n in zip(figures, hits.tolist(), strict=True):
            entry["recall_by_skin_tone"].append([tone, people, n / max(people, 1)])
    return figures


def _strong(
    both: Sequence[tuple[Detector, float]], options: Options, change: Change
) -> Iterable[list[ScoredBoxes]]:
    for item in stations(options.seeds, options.each, SIZE_PX, change):
        yield [found(detector, item).from_score(score) for detector, score in both]


def run(
    data: Path,
    contenders: Sequence[Contender] = (),
    sets: Iterable[tuple[str, Sequence[Labelled]]] | None = None,
    options: Options | None = None,
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Compare detectors; return plain values for JSON.

    data: folder with `media`, `groundtruth`, `training` and `models`; contenders: by default the usual ones.
    "ms" is by runtime, "ratio" the same as a fraction of YOLOX-nano's time on OpenVINO in this run.
    Raises UsageError if data are missing and ModelError if a detector cannot be loaded.
    """
    contenders, options = contenders or usual(data), options or Options()
    if sets is None:
        if not data.is_dir():
            raise UsageError(f"{data}: no such folder of evaluation data; check --data")
        sets = evaluation_sets(data)
    detectors = {c.name: _loaded(c, LOWEST_SCORE) for c in contenders}
    results: dict[str, Any] = {c.name: {**timed, "sets": {}} for c, timed in _timed(contenders, options.rounds)}
    for set_name, items in sets:
        for name, detector in detectors.items():
            entry = results[name]["sets"][set_name] = measured(detector, items)
            say(f"{set_name}: {name}: AP50 {100 * entry['ap50']:.1f}")
    scores = [_loaded(c, None).info.score for c in contenders]
    for name, entry in zip(detectors, station_figures([*detectors.values()], scores, options), strict=True):
        results[name]["station"] = entry
        say(f"empty stations: {name}: {entry['false_per_empty_frame']:.3f} false boxes a frame")
    return {"detectors": results}


def _loaded(contender: Contender, score: float | None) -> Detector:
    choice = {"path": contender.path, "input_px": contender.input_wh, "runtime": contender.runtime, "score": score}
    return load_detector(ModelChoice.model_validate(choice))


def _timed(contenders: Sequence[Contender], rounds: int) -> list[tuple[Contender, dict[str, Any]]]:
    files = [(OURS.get(c.path, Path(c.path)), c.input_wh) for c in contenders]
    ms = speeds(files, rounds)
    yardstick = next((t.get("openvino") for c, t in zip(contenders, ms, strict=True) if c.name == YARDSTICK), None)
    ratios = [{name: value / yardstick for name, value in t.items()} if yardstick else {} for t in ms]
    return [(c, {"ms": t, "ratio": r}) for c, t, r in zip(contenders, ms, ratios, strict=True)]

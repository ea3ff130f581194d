"""Compares detectors on all sets in one run: python -m training.evaluate --shared DIR --out FILE.json."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from training.ap import Found, Truth, by_height, quality
from training.detectors import Detector, milliseconds, ours, pvb, yolox
from training.samples import Cache
from training.truth import Picture, evaluation_sets

BANDS = ((12, 20), (20, 40), (40, 80), (80, 160), (160, 10_000))


def detectors(shared: Path, weights: Path, card: dict[str, Any]) -> list[Detector]:
    """Ours first, as its card says, then the usual alternatives."""
    models = shared / "models" / "person"
    intel = "person-vehicle-bike-detection-{}.int8.xml"
    return [
        ours(weights / card["file"], tuple(card["input_wh"]), card["nms_iou"]),
        yolox(models / "yolox_nano.onnx"),
        pvb(models / intel.format(2004), (448, 256)),
        pvb(models / intel.format(2003), (416, 256)),
        pvb(models / intel.format(2003), (640, 384)),
    ]


def simulated(folder: Path, least_px: float = 30.0) -> list[Picture]:
    """Frames of simulated stations as a set; smaller people are regions of no opinion."""
    cache, pictures = Cache(folder), []
    for item in (cache[n] for n in range(len(cache))):
        tall = item.boxes[:, 3] - item.boxes[:, 1] >= least_px
        pictures.append((item.bgr, Truth(item.boxes[tall], np.concatenate([item.ignore, item.boxes[~tall]]))))
    return pictures


def pairs(detector: Detector, pictures: Iterable[Picture]) -> list[tuple[Found, Truth]]:
    """What the detector finds beside the truth."""
    return [(detector.find(bgr), truth) for bgr, truth in pictures]


def measured(detector: Detector, sets: dict[str, list[Picture]]) -> dict[str, Any]:
    """Quality on each set, also by height in pixels of the picture."""
    result: dict[str, Any] = {"ms": milliseconds(detector), "sets": {}}
    for name, pictures in sets.items():
        found = pairs(detector, pictures)
        entry: dict[str, Any] = asdict(quality(found))
        entry["heights"] = {f"{low}-{high}": asdict(by_height(found, low, high)) for low, high in BANDS}
        result["sets"][name] = entry
    return result


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument(
        "--weights", type=Path, default=Path("src/passerby/vision/weights"), help="person.onnx and .json"
    )
    parser.add_argument("--simulated", type=Path, required=True, help="stations that were not trained on")
    parser.add_argument(
        "--station", type=int, default=30, help="seeds for empty frames and skin tones; 0 for none"
    )
    parser.add_argument("--out", type=Path, default=Path("training/figures.json"))
    return parser.parse_args()


def main() -> None:
    """Measure, print a table, write JSON; the figures of ours go into person.json as well."""
    args = _arguments()
    cv2.setNumThreads(1)
    card = json.loads((args.weights / "person.json").read_text())
    sets = evaluation_sets(args.shared) | {"simulated, from 30 px": simulated(args.simulated)}
    results: dict[str, Any] = {"detectors": {}}
    compared = detectors(args.shared, args.weights, card)
    for detector in compared:
        result = results["detectors"][detector.name] = measured(detector, sets)
        line = "  ".join(f"{name} {100 * q['ap50']:.1f}" for name, q in result["sets"].items())
        print(f"{detector.name}: {result['ms']:.1f} ms  AP50 {line}", flush=True)
    results["onnxruntime_ms"] = milliseconds(ours(args.weights / card["file"], runtime="onnxruntime"))
    if args.station:
        from training.station import station_figures

        seeds = range(9500, 9500 + args.station)
        results["station"] = station_figures(compared[0], card["score"], seeds, 3)
    args.out.write_text(json.dumps(results, indent=1) + "\n")
    card["figures"] = {
        name: round(100 * q["ap50"], 1) for name, q in results["detectors"][compared[0].name]["sets"].items()
    }
    (args.weights / "person.json").write_text(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    main()

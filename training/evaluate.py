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


def detectors(shared: Path, path: Path, wh: tuple[int, int]) -> list[Detector]:
    """Ours first, then the usual alternatives."""
    models = shared / "models" / "person"
    intel = "person-vehicle-bike-detection-{}.int8.xml"
    return [
        ours(path, wh),
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


def measured(detector: Detector, sets: dict[str, list[Picture]], bands: bool) -> dict[str, Any]:
    """Quality on each set, and for heights in pixels of the picture where asked."""
    result: dict[str, Any] = {"ms": milliseconds(detector), "sets": {}}
    for name, pictures in sets.items():
        found = pairs(detector, pictures)
        entry: dict[str, Any] = asdict(quality(found))
        if bands:
            entry["heights"] = {f"{low}-{high}": asdict(by_height(found, low, high)) for low, high in BANDS}
        result["sets"][name] = entry
    return result


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--ours", type=Path, default=Path("src/passerby/vision/weights/person.onnx"))
    parser.add_argument("--simulated", type=Path, help="cache folder of simulated frames that were not trained on")
    parser.add_argument("--wh", type=int, nargs=2, default=(416, 256))
    parser.add_argument("--only-ours", action="store_true")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    sets = evaluation_sets(args.shared)
    if args.simulated:
        sets["simulated, from 30 px"] = simulated(args.simulated)
    results = {}
    for detector in detectors(args.shared, args.ours, tuple(args.wh))[: 1 if args.only_ours else None]:
        results[detector.name] = measured(detector, sets, bands=True)
        line = "  ".join(f"{name} {100 * q['ap50']:.1f}" for name, q in results[detector.name]["sets"].items())
        print(f"{detector.name}: {results[detector.name]['ms']:.1f} ms  AP50 {line}", flush=True)
    if args.out:
        args.out.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()

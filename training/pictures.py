"""Draws the failures of the detector on simulated stations: python -m training.pictures.

Green is right, red is a box where nobody is, yellow is a person who was not found. Only drawn people are shown.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from passerby.contracts.arrays import F32
from passerby.contracts.config import ModelChoice
from passerby.evals.detector import found as seen_by
from passerby.evals.detector_labels import Labelled, Truth
from passerby.evals.detector_quality import ScoredBoxes, match_truth
from passerby.evals.detector_sets import STATION_EACH, STATION_SEEDS, station_sets
from passerby.pixels.frame import U8
from passerby.vision.detector import Detector
from passerby.vision.load import load_detector
from training.ship import WH

TILE = (640, 360)
GREEN, RED, YELLOW = (80, 200, 60), (40, 40, 230), (0, 220, 255)


def missed(found: ScoredBoxes, truth: Truth) -> F32:
    """People without a box."""
    right, _ = match_truth(found, truth)
    ours_only = ScoredBoxes(found.boxes[right], found.scores[right])
    taken, _ = match_truth(
        ScoredBoxes(truth.boxes, np.ones(len(truth.boxes), np.float32)), Truth(ours_only.boxes, truth.boxes[:0])
    )
    return truth.boxes[~taken]


def drawn(bgr: U8, found: ScoredBoxes, truth: Truth) -> U8:
    """The picture with its verdicts."""
    out = bgr.copy()
    right, counts = match_truth(found, truth)
    for boxes, colour in (
        (found.boxes[right], GREEN),
        (found.boxes[~right & counts], RED),
        (missed(found, truth), YELLOW),
    ):
        for x0, y0, x1, y1 in boxes.round().astype(int).tolist():
            cv2.rectangle(out, (x0, y0), (x1, y1), colour, 1 + out.shape[1] // 800)
    return np.asarray(cv2.resize(out, TILE, interpolation=cv2.INTER_AREA), np.uint8)


def worst(detector: Detector, items: list[Labelled], count: int) -> list[U8]:
    """The pictures with most mistakes, and at most one in eight neighbours, which show the same place."""
    score = detector.info.score
    results = [(item.bgr, seen_by(detector, item).from_score(score), item.truth) for item in items]

    def mistakes(index: int) -> int:
        _, found, truth = results[index]
        right, counts = match_truth(found, truth)
        return int((~right & counts).sum()) + len(missed(found, truth))

    places = [max(range(at, min(at + 8, len(results))), key=mistakes) for at in range(0, len(results), 8)]
    chosen = sorted(places, key=mistakes, reverse=True)[:count]
    return [drawn(*results[index]) for index in chosen]


def main() -> None:
    """Write one picture of four."""
    parser = argparse.ArgumentParser(prog="python -m training.pictures", description=__doc__)
    parser.add_argument("--to", type=Path, default=Path("docs/images/detector-mistakes.jpg"))
    args = parser.parse_args()
    detector = load_detector(ModelChoice(input_px=WH))
    a, b, c, d = worst(detector, station_sets(STATION_SEEDS, STATION_EACH)[0], 4)
    args.to.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(args.to), np.vstack([np.hstack([a, b]), np.hstack([c, d])]), [cv2.IMWRITE_JPEG_QUALITY, 82])
    print(f"wrote {args.to}")


if __name__ == "__main__":
    main()

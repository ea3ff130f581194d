"""Draws where the detector fails on simulated stations: python -m training.pictures --simulated DIR.

Green is right, red is a box where nobody is, yellow is a person who was not found. Only drawn people are shown.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from training.ap import Found, Truth, judged
from training.detectors import Detector, ours
from training.evaluate import simulated
from training.samples import F32, U8
from training.ship import WEIGHTS, WH
from training.truth import Picture

TILE = (640, 360)
GREEN, RED, YELLOW = (80, 200, 60), (40, 40, 230), (0, 220, 255)


def missed(found: Found, truth: Truth) -> F32:
    """People without a box."""
    right, _ = judged(found, truth)
    ours_only = Found(found.boxes[right], found.scores[right])
    taken, _ = judged(
        Found(truth.boxes, np.ones(len(truth.boxes), np.float32)), Truth(ours_only.boxes, truth.boxes[:0])
    )
    return truth.boxes[~taken]


def drawn(bgr: U8, found: Found, truth: Truth) -> U8:
    """The picture with its verdicts."""
    out = bgr.copy()
    right, counts = judged(found, truth)
    for boxes, colour in (
        (found.boxes[right], GREEN),
        (found.boxes[~right & counts], RED),
        (missed(found, truth), YELLOW),
    ):
        for x0, y0, x1, y1 in boxes.round().astype(int).tolist():
            cv2.rectangle(out, (x0, y0), (x1, y1), colour, 1 + out.shape[1] // 800)
    return np.asarray(cv2.resize(out, TILE, interpolation=cv2.INTER_AREA), np.uint8)


def _sure(detector: Detector, bgr: U8, score: float) -> Found:
    found = detector.find(bgr)
    return Found(found.boxes[found.scores >= score], found.scores[found.scores >= score])


def worst(detector: Detector, pictures: list[Picture], score: float, count: int) -> list[U8]:
    """The pictures with most mistakes, and at most one in eight neighbours, which show the same place."""
    results = [(bgr, _sure(detector, bgr, score), truth) for bgr, truth in pictures]

    def mistakes(index: int) -> int:
        _, found, truth = results[index]
        right, counts = judged(found, truth)
        return int((~right & counts).sum()) + len(missed(found, truth))

    places = [max(range(at, min(at + 8, len(results))), key=mistakes) for at in range(0, len(results), 8)]
    chosen = sorted(places, key=mistakes, reverse=True)[:count]
    return [drawn(*results[index]) for index in chosen]


def main() -> None:
    """Write one picture of four."""
    parser = argparse.ArgumentParser(prog="python -m training.pictures", description=__doc__)
    parser.add_argument("--simulated", type=Path, required=True)
    parser.add_argument("--to", type=Path, default=Path("docs/images/detector-mistakes.jpg"))
    args = parser.parse_args()
    card = json.loads((WEIGHTS / "person.json").read_text())
    detector = ours(WEIGHTS / card["file"], WH, card["nms_iou"])
    a, b, c, d = worst(detector, simulated(args.simulated), card["score"], 4)
    args.to.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(args.to), np.vstack([np.hstack([a, b]), np.hstack([c, d])]), [cv2.IMWRITE_JPEG_QUALITY, 82])
    print(f"wrote {args.to}")


if __name__ == "__main__":
    main()

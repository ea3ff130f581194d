"""Makes the shipped artefact from a checkpoint: python -m training.ship --run DIR --shared DIR.

Writes person.onnx (8 bits) and person.json, its card, into src/passerby/vision/weights, and person-float.onnx and
its card, from which training can continue, beside this program.
Thresholds come from the validation photos and from simulated stations of their own, never from the sets on which
detectors are compared.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from passerby.contracts.config import ModelChoice
from passerby.evals.detector import FLOAT, LOWEST_SCORE, pairs
from passerby.evals.detector_labels import Labelled
from passerby.evals.detector_photos import EXCLUDED, GROUPS
from passerby.evals.detector_quality import ScoredBoxes, quality
from passerby.evals.detector_sets import station_sets, validation
from passerby.vision.boxes import nms
from passerby.vision.load import EMBEDDED, load_detector, sha256_of
from training.evaluate import WEIGHTS
from training.export import export, halve
from training.quantise import calibration, quantise
from training.samples import Cache

WH, TRACK_SCORE = (512, 288), 0.45  # by events on simulated minutes: training/card-notes.md
NMS_CHOICES = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65)
REDACT_SCORE = 0.1  # rather a filled patch of floor than a person shown
LICENCES = {
    "coco-person": "COCO 2017: annotations CC BY 4.0, photos under their owners' Flickr licences",
    "coco-square": "COCO through a Roboflow export marked CC BY 4.0",
    "openimages": "Open Images: photos CC BY 2.0, boxes CC BY 4.0",
    "coco128": "COCO 2017: annotations CC BY 4.0, photos under their owners' Flickr licences",
    "coco-mini": "COCO 2017: annotations CC BY 4.0, photos under their owners' Flickr licences",
    "coco-tiny": "COCO 2017: annotations CC BY 4.0, photos under their owners' Flickr licences",
    "coco-capston": "COCO through a Roboflow export marked CC BY 4.0",
    "openimages-door": "Open Images: photos CC BY 2.0",
    "voc-animal": "Pascal VOC 2012: photos under their owners' Flickr licences",
    "meeting": "Roboflow export marked CC BY 4.0",
    "simulated": "rendered by this project, Apache-2.0; shows nobody real",
}


def best_nms(path: Path, pictures: list[Labelled]) -> float:
    """The overlap above which the weaker of two boxes is dropped: best average precision on these pictures.

    The card beside `path` has to ask for hardly any suppression.
    """
    choice = ModelChoice(path=str(path), input_px=WH, score=LOWEST_SCORE)
    raw = pairs(load_detector(choice), pictures)

    def ap(nms_iou: float) -> float:
        return quality([(_suppressed(found, nms_iou), truth) for found, truth in raw]).ap50

    return max(NMS_CHOICES, key=ap)


def _suppressed(found: ScoredBoxes, nms_iou: float) -> ScoredBoxes:
    keep = nms(found.boxes, found.scores, nms_iou)
    return ScoredBoxes(found.boxes[keep], found.scores[keep])


def sources(caches: list[Cache]) -> list[dict[str, Any]]:
    """Return the sources of the training data; refuse one with a licence group that does not allow shipping."""
    counts = Counter(name for cache in caches for name in cache.sources)
    for name in counts:
        if reason := EXCLUDED.get(name):
            raise ValueError(f"weights trained on {name!r} are not for shipping: {reason}")
        if name not in LICENCES or GROUPS.get(name, "B") != "B":
            raise ValueError(f"weights trained on {name!r} are not for shipping: its licence does not allow it")
    return [{"name": name, "licence": LICENCES[name], "images": counts[name]} for name in sorted(counts)]


def _commit() -> str:
    git = shutil.which("git") or "git"
    return subprocess.run([git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()


def described(path: Path, nms_iou: float, caches: list[Cache], version: str) -> dict[str, Any]:
    """The content of person.json for an exported file, without the figures of the comparison."""
    return {
        "name": "passerby-person",
        "version": version,
        "layout": "passerby-v1",
        "file": path.name,
        "sha256": sha256_of(path),
        "input_wh": list(WH),
        "score": TRACK_SCORE,
        "score_floor": REDACT_SCORE,
        "nms_iou": nms_iou,
        "training_commit": _commit(),
        "sources": sources(caches),
    }


def _write(path: Path, card: dict[str, Any]) -> None:
    path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")


def _files(checkpoint: Path, folder: Path, float_file: Path, caches: list[Cache]) -> tuple[Path, Path]:
    """Write the network with 8 bits and with float weights."""
    export(checkpoint, float_file)
    ours = quantise(float_file, calibration(caches, WH), folder / EMBEDDED.name)
    return ours, halve(float_file)


def main() -> None:
    """Export, choose thresholds, describe."""
    parser = argparse.ArgumentParser(prog="python -m training.ship", description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument(
        "--cache", type=Path, action="append", required=True, help="each cache that was trained on"
    )
    parser.add_argument("--teacher", default="", help="whose boxes on the photos were learned, with its licence")
    parser.add_argument("--version", default="1")
    parser.add_argument("--to", type=Path, default=WEIGHTS)
    parser.add_argument("--float-to", type=Path, default=FLOAT, help="the file of the float weights")
    args = parser.parse_args()
    args.to.mkdir(parents=True, exist_ok=True)
    caches = [Cache(folder) for folder in args.cache]
    path, float_file = _files(args.run / "checkpoint.pt", args.to, args.float_to, caches)
    _write(path, described(path, 0.99, caches, args.version))
    pictures = validation(args.shared, "B") + station_sets(range(8000, 8024), 4)[0]
    card = described(path, best_nms(path, pictures), caches, args.version)
    taught = {"teacher": args.teacher} if args.teacher else {}
    _write(path, {**card, **taught})
    _write(float_file, {**card, **taught, "file": float_file.name, "sha256": sha256_of(float_file)})
    print(json.dumps({key: card[key] for key in ("score", "score_floor", "nms_iou", "sha256")}))


if __name__ == "__main__":
    main()

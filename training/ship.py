"""Makes the shipped artefact from a checkpoint: python -m training.ship --run DIR --shared DIR.

Writes person.onnx and person.json into src/passerby/vision/weights. Thresholds come from the validation photos and
from simulated stations of their own, never from the sets on which detectors are compared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from training.ap import quality
from training.detectors import ours
from training.evaluate import simulated
from training.export import export
from training.photos import GROUPS
from training.samples import Cache
from training.truth import Picture, validation

WEIGHTS = Path("src/passerby/vision/weights")
WH = (448, 256)  # thresholds of suppression and the comparison; a 16:9 picture fills 448 x 252 of it
RUN_WH, TRACK_SCORE = (512, 288), 0.4  # by events on simulated minutes: training/card-notes.md
NMS_CHOICES = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65)
REDACT_SCORE = 0.1  # rather a filled patch of floor than a person shown
LICENCES = {
    "coco-person": "COCO 2017: annotations CC BY 4.0, photos under their owners' Flickr licences",
    "coco-square": "COCO through a Roboflow export marked CC BY 4.0",
    "openimages": "Open Images: photos CC BY 2.0, boxes CC BY 4.0",
    "coco128": "COCO 2017: annotations CC BY 4.0, photos under their owners' Flickr licences",
    "meeting": "Roboflow export marked CC BY 4.0",
    "simulated": "rendered by this project, Apache-2.0; shows nobody real",
}


def best_nms(path: Path, pictures: list[Picture]) -> float:
    """The overlap above which the weaker of two boxes is dropped: best average precision on these pictures."""

    def ap(nms_iou: float) -> float:
        detector = ours(path, WH, nms_iou)
        return quality([(detector.find(bgr), truth) for bgr, truth in pictures]).ap50

    return max(NMS_CHOICES, key=ap)


def sources(caches: list[Cache]) -> list[dict[str, Any]]:
    """What was trained on, source by source; refuses one whose licence group does not allow shipping."""
    counts = Counter(name for cache in caches for name in cache.sources)
    for name in counts:
        if name not in LICENCES or GROUPS.get(name, "B") != "B":
            raise ValueError(f"weights trained on {name!r} are not for shipping: its licence does not allow it")
    return [{"name": name, "licence": LICENCES[name], "images": counts[name]} for name in sorted(counts)]


def _commit() -> str:
    git = shutil.which("git") or "git"
    return subprocess.run([git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()


def described(path: Path, pictures: list[Picture], caches: list[Cache], version: str) -> dict[str, Any]:
    """The content of person.json for an exported file, without the figures of the comparison."""
    nms_iou = best_nms(path, pictures)
    return {
        "name": "passerby-person",
        "version": version,
        "layout": "passerby-v1",
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "input_wh": list(RUN_WH),
        "score": TRACK_SCORE,
        "score_floor": REDACT_SCORE,
        "nms_iou": nms_iou,
        "training_commit": _commit(),
        "sources": sources(caches),
    }


def main() -> None:
    """Export, choose thresholds, describe."""
    parser = argparse.ArgumentParser(prog="python -m training.ship", description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument(
        "--cache", type=Path, action="append", required=True, help="each cache that was trained on"
    )
    parser.add_argument("--simulated", type=Path, required=True, help="cache of stations to choose thresholds on")
    parser.add_argument("--version", default="1")
    parser.add_argument("--to", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    args.to.mkdir(parents=True, exist_ok=True)
    path = export(args.run / "checkpoint.pt", args.to / "person.onnx")
    pictures = validation(args.shared, "B") + simulated(args.simulated)
    card = described(path, pictures, [Cache(folder) for folder in args.cache], args.version)
    (args.to / "person.json").write_text(json.dumps(card, indent=2) + "\n")
    print(json.dumps({key: card[key] for key in ("score", "score_floor", "nms_iou", "sha256")}))


if __name__ == "__main__":
    main()

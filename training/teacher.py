"""Labels photos by a stronger detector, not by hand: python -m training.teacher --model FILE --data DIR --out DIR.

Distillation by hard labels: the student learns the boxes of which the teacher is sure, and boxes with a medium
score become ignore regions. Labels drawn by hand also contain tiny, occluded and sitting people. A small network
cannot find them, and learning them costs accuracy elsewhere; figures in README.md. For training.run, --out is
CACHE/train-B and its --cache is CACHE.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from passerby.contracts.config import ModelChoice
from passerby.evals.detector import found
from passerby.evals.detector_labels import Labelled, quads
from passerby.evals.detector_photos import photos
from passerby.evals.detector_quality import ScoredBoxes
from passerby.vision.detector import Detector
from passerby.vision.load import load_detector
from training.samples import write_cache

# From this score on a box is a person, from the other one on there may be one.
SURE, PERHAPS = 0.35, 0.1


def taught(photo: Labelled, said: ScoredBoxes, sure: float = SURE) -> Labelled:
    """Return `photo` with the teacher's boxes: people from the score `sure` on, ignore regions below.

    The photo's own ignore regions are kept; its own people are dropped. A photo that is labelled as showing
    nobody is unchanged: a box there is the teacher's mistake.
    """
    if not len(photo.boxes):
        return photo
    is_sure = said.scores >= sure
    doubtful = np.concatenate([photo.ignore, said.boxes[~is_sure]])
    return replace(photo, boxes=quads(said.boxes[is_sure].tolist()), ignore=quads(doubtful.tolist()))


def lessons(teacher: Detector, items: Iterable[Labelled]) -> Iterator[Labelled]:
    """Yield every photo with the labels of `teacher`, which must report boxes from the score `PERHAPS` on."""
    return (taught(item, found(teacher, item)) for item in items)


def main() -> None:
    """Look at all photos, write them anew."""
    parser = argparse.ArgumentParser(prog="python -m training.teacher", description=__doc__)
    parser.add_argument("--model", required=True, help="the teacher: an .onnx or .xml file")
    parser.add_argument("--size", type=int, nargs=2, default=(864, 480), help="width and height of its input")
    parser.add_argument(
        "--data", type=Path, nargs="+", required=True, help="folders with train-*.tar and train.jsonl"
    )
    parser.add_argument("--groups", default="B", help="licence groups of the photos, as for training.run")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    size = (args.size[0], args.size[1])
    teacher = load_detector(ModelChoice(path=args.model, input_px=size, score=PERHAPS))
    taught_by_it = lessons(teacher, photos(args.data, "train", args.groups))
    print(f"{write_cache(args.out, taught_by_it)} photos in {args.out}")


if __name__ == "__main__":
    main()

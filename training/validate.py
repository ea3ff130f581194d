"""Measures the kept weights of a run while it continues: python -m training.validate --run DIR --shared DIR.

Every average-STEP.pt that has no line in DIR/validation.jsonl yet is exported and gets one: AP50 on the validation
photos with an open licence and on simulated stations of seeds that are kept for thresholds. The sets on which
detectors are compared have no part in it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2

from passerby.contracts.config import ModelChoice
from passerby.evals.detector import FLOAT, LOWEST_SCORE, pairs
from passerby.evals.detector_labels import Labelled
from passerby.evals.detector_quality import quality
from passerby.evals.detector_sets import station_sets, validation
from passerby.vision.load import load_detector
from training.export import export
from training.state import load

STATION_SEEDS, STATION_EACH = range(8000, 8024), 4
Sets = Mapping[str, Sequence[Labelled]]


def figures(checkpoint: Path, sets: Sets, card: Path, wh: tuple[int, int]) -> dict[str, Any]:
    """Step and samples of a checkpoint, and its AP50 in percent on each set.

    card: the thresholds and the overlap for suppression that the exported file uses.
    """
    saved = load(checkpoint)
    with TemporaryDirectory() as folder:
        path = export(checkpoint, Path(folder) / "person.onnx")
        path.with_suffix(".json").write_text(card.read_text())
        detector = load_detector(ModelChoice(path=str(path), input_px=wh, score=LOWEST_SCORE))
        ap50 = {name: round(100 * quality(pairs(detector, items)).ap50, 1) for name, items in sets.items()}
    return {"step": saved["step"], "samples": saved["samples"], "ap50": ap50}


def pending(run: Path) -> list[Path]:
    """The kept weights of a run that have no line yet, oldest first."""
    lines = run / "validation.jsonl"
    done = {json.loads(line)["step"] for line in lines.read_text().splitlines()} if lines.is_file() else set()
    return [path for path in sorted(run.glob("average-*.pt")) if int(path.stem.split("-")[1]) not in done]


def main() -> None:
    """Measure the checkpoints that have no figures yet."""
    parser = argparse.ArgumentParser(prog="python -m training.validate", description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of the run")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--size", type=int, nargs=2, default=(512, 288), help="width and height of the input")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    waiting = pending(args.run)
    if not waiting:
        return
    stations = station_sets(STATION_SEEDS, STATION_EACH)[0]
    sets: Sets = {"val, open licences": validation(args.shared, "B"), "simulated, seeds 8000 on": stations}
    for path in waiting:
        line = json.dumps(figures(path, sets, FLOAT.with_suffix(".json"), (args.size[0], args.size[1])))
        print(line, flush=True)
        with (args.run / "validation.jsonl").open("a") as out:
            out.write(line + "\n")


if __name__ == "__main__":
    main()

"""Compares detectors for the card: python -m training.evaluate --shared DIR; as `passerby eval detector` does."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2

from passerby.evals.detector import run

WEIGHTS = Path("src/passerby/vision/weights")


def main() -> None:
    """Measure and write JSON; the figures of ours go into person.json as well."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=Path("training/figures.json"))
    parser.add_argument(
        "--threshold-only", action="store_true", help="measure anew only what depends on a threshold"
    )
    args = parser.parse_args()
    cv2.setNumThreads(1)
    results = run(args.shared, sets=() if args.threshold_only else None, say=lambda line: print(line, flush=True))
    before = json.loads(args.out.read_text()) if args.out.is_file() else {}
    if args.threshold_only:
        for name, entry in results["detectors"].items():
            before["detectors"][name]["station"] = entry["station"]
        results = before
    if curves := before.get("curves"):  # learning curves are added by training.curve
        results["curves"] = curves
    args.out.write_text(json.dumps(results, indent=1) + "\n")
    card = json.loads((WEIGHTS / "person.json").read_text())
    ours = next(iter(results["detectors"].values()))
    card["figures"] = {name: round(100 * entry["ap50"], 1) for name, entry in ours["sets"].items()}
    (WEIGHTS / "person.json").write_text(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""Renders simulated stations into a cache: python -m training.simulated --first 0 --seeds 120 --out DIR.

Each seed is one place with one camera. Seeds under 8000 are for training; the others are kept for thresholds and
evaluation (passerby/evals/detector_stations.py).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2

from passerby.evals.detector_stations import nobody, stations
from passerby.sim.elsewhere import Elsewhere
from training.samples import write_cache


def main() -> None:
    """Render and keep."""
    parser = argparse.ArgumentParser(prog="python -m training.simulated", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--seeds", type=int, default=120)
    parser.add_argument("--each", type=int, default=16, help="pictures of each seed")
    parser.add_argument("--size", type=int, nargs=2, help="width and height; several sizes without it")
    parser.add_argument("--empty", action="store_true", help="the same places without people")
    parser.add_argument("--on-track", type=float, default=0.0, help="part of the people that is on the track bed")
    parser.add_argument("--in-lanes", type=float, default=0.0, help="part of the people that is between gates")
    parser.add_argument(
        "--seated", type=float, default=0.0, help="part of the people that sits, while there are seats"
    )
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    size = (args.size[0], args.size[1]) if args.size else None
    seeds, change = range(args.first, args.first + args.seeds), nobody if args.empty else None
    items = stations(seeds, args.each, size, change, Elsewhere(args.on_track, args.in_lanes, args.seated))
    print(f"{write_cache(args.out, items)} pictures in {args.out}")


if __name__ == "__main__":
    main()

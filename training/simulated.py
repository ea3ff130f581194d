"""Renders simulated stations into a cache: python -m training.simulated --first 0 --seeds 120 --out DIR.

Each seed is one place with one camera; its pictures have different crowds, trains and light. Seeds under 8000 are
for training, from 8000 for thresholds, from 9000 for evaluation.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import cv2
import numpy as np

from passerby.sim import variety
from training.samples import F32, U8, Labelled, quads, write_cache

SIZES = ((640, 360), (832, 468), (640, 480), (960, 540))
LEARN, NOTICE = 0.3, 0.02
_crowd = variety._crowd


def labelled(bgr: U8, boxes: F32, visibility: F32, name: str) -> Labelled:
    """People who are seen for the most part, and as regions of no opinion those who are not, cut at the border."""
    wh = bgr.shape[1::-1]
    whole = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    inside = boxes.clip(0, np.asarray([*wh, *wh], np.float32))
    part = np.prod(inside[:, 2:] - inside[:, :2], axis=1) / np.maximum(whole, 1e-3)
    seen = visibility * part
    return Labelled(
        bgr, quads(inside[seen > LEARN]), quads(inside[(seen > NOTICE) & (seen <= LEARN)]), "simulated", name
    )


def _nobody(*args: Any) -> Any:
    return _crowd(*args).take(np.arange(0))


def frames(
    seeds: range, each: int, size_px: tuple[int, int] | None = None, people: bool = True
) -> Iterator[Labelled]:
    """`each` pictures of every seed, in sizes that depend on the seed unless one is given.

    Without `people` the same places stand empty: trains, benches, posters and reflections are left.
    """
    with mock.patch.object(variety, "_crowd", _crowd if people else _nobody):
        yield from _frames(seeds, each, size_px)


def _frames(seeds: range, each: int, size_px: tuple[int, int] | None) -> Iterator[Labelled]:
    for seed in seeds:
        size = size_px or SIZES[seed % len(SIZES)]
        for number, (bgr, truth) in enumerate(variety.random_frames(seed, each, size)):
            boxes, seen = truth.box_px.astype(np.float32), truth.visibility.astype(np.float32)
            yield labelled(bgr, boxes, seen, f"{seed}-{number}")


def main() -> None:
    """Render and keep."""
    parser = argparse.ArgumentParser(prog="python -m training.simulated", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--seeds", type=int, default=120)
    parser.add_argument("--each", type=int, default=16, help="pictures of each seed")
    parser.add_argument("--size", type=int, nargs=2, help="width and height; several sizes without it")
    parser.add_argument("--empty", action="store_true", help="the same places without people")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    size = (args.size[0], args.size[1]) if args.size else None
    seeds = range(args.first, args.first + args.seeds)
    print(f"{write_cache(args.out, frames(seeds, args.each, size, not args.empty))} pictures in {args.out}")


if __name__ == "__main__":
    main()

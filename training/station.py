"""What only the simulation can tell: boxes where nobody is, and whether skin tone changes who is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np

from passerby.sim import looks, variety
from training.ap import Found, Truth, judged
from training.collage import sort_out
from training.detectors import Detector
from training.samples import quads
from training.simulated import frames, labelled
from training.truth import Picture

TONES = {"light": slice(0, 3), "middle": slice(3, 7), "dark": slice(7, 10)}
SIZE_PX = (960, 540)
HIGH_PX = 30.0


def empty(seeds: range, each: int) -> Iterator[Picture]:
    """Stations without people, with trains, benches, posters and reflections."""
    for item in frames(seeds, each, SIZE_PX, people=False):
        yield item.bgr, Truth(quads([]), quads([]))


def toned(seeds: range, each: int, tone: str) -> Iterator[Picture]:
    """The same stations and crowds for every tone: nothing but the skin differs."""
    plain, shades = looks.random_look, looks.SKIN[TONES[tone]].astype(int).tolist()

    def dressed(rng: np.random.Generator, **kind: bool) -> looks.Look:
        look = plain(rng, **kind)
        return replace(look, skin=tuple(shades[int(look.height_m * 1000) % len(shades)]))

    with mock.patch.object(variety, "random_look", dressed):
        for seed in seeds:
            for bgr, truth in variety.random_frames(seed, each, SIZE_PX):
                item = labelled(bgr, truth.box_px.astype(np.float32), truth.visibility.astype(np.float32), "")
                boxes, ignore = sort_out(item.boxes, item.ignore, SIZE_PX)
                tall = boxes[:, 3] - boxes[:, 1] >= HIGH_PX
                yield bgr, Truth(boxes[tall], np.concatenate([ignore, boxes[~tall]]))


def _sure(found: Found, score: float) -> Found:
    good = found.scores >= score
    return Found(found.boxes[good], found.scores[good])


def recall(detector: Detector, pictures: Iterator[Picture], score: float) -> tuple[int, float]:
    """How many people there are, and the part of them that is found at this score."""
    people = hits = 0
    for bgr, truth in pictures:
        right, _ = judged(_sure(detector.find(bgr), score), truth)
        people, hits = people + len(truth.boxes), hits + int(right.sum())
    return people, hits / max(people, 1)


def station_figures(detector: Detector, score: float, seeds: range, each: int) -> dict[str, Any]:
    """False boxes per empty frame, and recall by skin tone, at the tracking threshold."""
    false = [len(_sure(detector.find(bgr), score).scores) for bgr, _ in empty(seeds, each)]
    tones = [(tone, *recall(detector, toned(seeds, each, tone), score)) for tone in TONES]
    return {
        "false_per_empty_frame": float(np.mean(false)),
        "empty_frames": len(false),
        "recall_by_skin_tone": tones,
    }

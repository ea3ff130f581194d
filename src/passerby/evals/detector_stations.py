"""Simulated stations as labelled pictures: crowds, the same places without people, and crowds that differ only in
skin tone.

Each seed is one place with one camera; its pictures have different crowds, trains and light. Seeds under 8000 are
for training, from 8000 for thresholds, from 9000 for evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from passerby.contracts.arrays import F32
from passerby.evals.detector_labels import Labelled, quads
from passerby.pixels.frame import U8
from passerby.sim.elsewhere import BY_CHANCE, Elsewhere
from passerby.sim.figure import People
from passerby.sim.looks import SKIN
from passerby.sim.parts import PARTS
from passerby.sim.variety import random_frames

SIZES = ((640, 360), (832, 468), (640, 480), (960, 540))
SEEN, NOTICED = 0.3, 0.02
TONES = {"light": slice(0, 3), "middle": slice(3, 7), "dark": slice(7, 10)}
Change = Callable[[People], People]


def labelled(bgr: U8, boxes: F32, visibility: F32, name: str, seen: float = SEEN) -> Labelled:
    """People visible to at least the fraction `seen`, the others as ignore regions; all clipped at the border."""
    wh = bgr.shape[1::-1]
    whole = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    inside = boxes.clip(0, np.asarray([*wh, *wh], np.float32))
    part = np.prod(inside[:, 2:] - inside[:, :2], axis=1) / np.maximum(whole, 1e-3)
    visible = visibility * part
    people, doubtful = visible > seen, (visible > NOTICED) & (visible <= seen)
    return Labelled(bgr, quads(inside[people]), quads(inside[doubtful]), "simulated", name)


def _drawn(
    seeds: range,
    each: int,
    size_px: tuple[int, int] | None,
    change: Change | None,
    elsewhere: Elsewhere = BY_CHANCE,
) -> Iterator[tuple[U8, F32, F32, str]]:
    """Picture, boxes, visibility and name."""
    for seed in seeds:
        size = size_px or SIZES[seed % len(SIZES)]
        for number, (bgr, truth) in enumerate(random_frames(seed, each, size, change, elsewhere)):
            yield bgr, truth.box_px.astype(np.float32), truth.visibility.astype(np.float32), f"{seed}-{number}"


def stations(
    seeds: range,
    each: int,
    size_px: tuple[int, int] | None = None,
    change: Change | None = None,
    elsewhere: Elsewhere = BY_CHANCE,
) -> Iterator[Labelled]:
    """`each` pictures of every seed, in sizes that depend on the seed unless one is given.

    elsewhere: people at places that random placement hardly reaches.
    """
    for drawn in _drawn(seeds, each, size_px, change, elsewhere):
        yield labelled(*drawn)


def stations_by_visibility(
    seeds: range, each: int, size_px: tuple[int, int], seen: Sequence[float]
) -> list[list[Labelled]]:
    """The same pictures once for each visible fraction in `seen`."""
    drawn = list(_drawn(seeds, each, size_px, None))
    return [[labelled(*one, seen=part) for one in drawn] for part in seen]


def nobody(people: People) -> People:
    """For `stations`: the place has no people, but its trains, benches, posters and reflections."""
    return people.take(np.arange(0))


def toned(tone: str) -> Change:
    """For `stations`: the same crowds with one skin tone, in shades that follow the people's heights."""
    shades = SKIN[TONES[tone]]
    bare = [part.colour == "skin" for part in PARTS]

    def dressed(people: People) -> People:
        wardrobe = people.wardrobe
        colour = wardrobe.colour.copy()
        colour[:, bare] = shades[(wardrobe.height_m * 1000).astype(int) % len(shades)].astype(int)[:, None]
        return replace(people, wardrobe=replace(wardrobe, colour=colour))

    return dressed

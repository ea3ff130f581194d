"""Photos and simulated stations, mixed and augmented; sample n is the same in every run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.evals.detector_labels import Labelled
from training.camera import through_camera
from training.collage import Canvas, Pick, blank, fill, merged, place, sort_out, wanted_scale
from training.crowd import paste_people
from training.samples import Cache, Joined

ASPECTS = ((16 / 9, 0.5), (4 / 3, 0.25), (0.0, 0.25))  # 0: the network's own shape
WHOLE = 0.35


@dataclass(frozen=True, slots=True)
class Mixture:
    """Photos, optionally simulated frames, and how large a share of the samples the latter make."""

    photos: Cache
    simulated: Cache | Joined | None = None
    simulated_share: float = 0.0
    wh: tuple[int, int] = (416, 256)
    seed: int = 1

    def sample(self, number: int) -> Labelled:
        """Augmented sample `number`, of size `wh`; its boxes lie inside the picture."""
        rng = np.random.default_rng([self.seed, number])
        wh = _frame_wh(rng, self.wh)
        if self.simulated is not None and rng.random() < self.simulated_share:
            canvas = _station(rng, self.simulated, self._photo(rng), wh)
        elif rng.random() < WHOLE:
            canvas = _whole(rng, self._photo(rng), self.wh)
        else:
            canvas = _photos(rng, self._photo(rng), wh)
        wh = canvas.bgr.shape[1], canvas.bgr.shape[0]
        picture = blank(self.wh).bgr
        picture[: wh[1], : wh[0]] = through_camera(rng, canvas.bgr)
        boxes, ignore = sort_out(*merged(canvas), wh, least=0.9)
        return Labelled(picture, boxes, ignore, "mixture", str(number))

    def _photo(self, rng: np.random.Generator) -> Pick:
        """Pictures with upright people come up more often: a station has few seated close-ups."""

        def pick() -> Labelled:
            first, second = (int(n) for n in rng.integers(len(self.photos), size=2))
            better = second if self.photos.upright[second] > self.photos.upright[first] else first
            return self.photos[better if rng.random() < 0.6 else first]

        return pick


def _frame_wh(rng: np.random.Generator, wh: tuple[int, int]) -> tuple[int, int]:
    """The part of the network's input that a camera of a common shape fills."""
    shapes, chances = zip(*ASPECTS, strict=True)
    aspect = float(rng.choice(shapes, p=chances)) or wh[0] / wh[1]
    scale = min(wh[0], wh[1] * aspect)
    return round(scale), min(wh[1], round(scale / aspect))


def _whole(rng: np.random.Generator, pick: Pick, wh: tuple[int, int]) -> Canvas:
    """Return one photo, about as large as fits: its people are tall, as in a photo at run time."""
    item = pick()
    h, w = item.bgr.shape[:2]
    scale = min(wh[0] / w, wh[1] / h) * float(rng.uniform(0.75, 1.4))
    canvas = blank((min(wh[0], round(w * scale)), min(wh[1], round(h * scale))))
    place(rng, canvas, item, scale * 1.2, (0, 0, canvas.bgr.shape[1], canvas.bgr.shape[0]))
    return canvas


def _photos(rng: np.random.Generator, pick: Pick, wh: tuple[int, int]) -> Canvas:
    canvas = blank(wh)
    kind = rng.random()
    if kind < 0.25:  # few large scenes
        fill(rng, canvas, pick, (0, 0, *wh), (70, 240))
    elif kind < 0.75:
        fill(rng, canvas, pick, (0, 0, *wh), (30, 160))
    else:  # many small ones
        x, y = (int(rng.uniform(0.3, 0.7) * side) for side in wh)
        for rect in ((0, 0, x, y), (x, 0, wh[0] - x, y), (0, y, x, wh[1] - y), (x, y, wh[0] - x, wh[1] - y)):
            fill(rng, canvas, pick, rect, (14, 90))
    if rng.random() < 0.25:
        paste_people(rng, canvas, pick, 8, (16, 130))
    return canvas


def _station(rng: np.random.Generator, cache: Cache | Joined, pick: Pick, wh: tuple[int, int]) -> Canvas:
    """A simulated frame, whole or in part; now and then with photographed people in it."""
    canvas = blank(wh)
    item = cache[int(rng.integers(len(cache)))]
    h, w = item.bgr.shape[:2]
    whole = max(wh[0] / w, wh[1] / h)
    zoom = 1.0 if rng.random() < 0.5 else wanted_scale(rng, item, (20, 160)) / whole
    place(rng, canvas, item, whole * max(1.22, zoom), (0, 0, *wh))
    if rng.random() < 0.3:
        paste_people(rng, canvas, pick, 6, (20, 120))
    return canvas

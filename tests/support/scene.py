"""People walking through a picture, as boxes that are exactly right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from passerby.contracts.people import Tracks
from passerby.vision.tracker import Tracker
from support.seen import found

SCORE = 0.5
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Walker:
    """Somebody at x px at second 0, moving along x; seen between `from_s` and `to_s` except while `occluded_s`."""

    x: float
    speed_px_s: float = 0.0
    foot_y: float = 400.0
    height: float = 120.0
    from_s: float = 0.0
    to_s: float = 1e9
    occluded_s: tuple[tuple[float, float], ...] = ()

    def seen(self, t: float) -> bool:
        return self.from_s <= t < self.to_s and not any(a <= t < b for a, b in self.occluded_s)

    def box(self, t: float) -> Box:
        x, half = self.x + self.speed_px_s * t, self.height / 5
        return x - half, self.foot_y - self.height, x + half, self.foot_y


def every(fps: float, seconds: float, from_s: float = 0.0) -> list[float]:
    """Times of frames."""
    return [from_s + n / fps for n in range(round(seconds * fps))]


def follow(
    walkers: Sequence[Walker],
    times: Iterable[float],
    tracker: Tracker | None = None,
    order: Callable[[int], Sequence[int]] | None = None,
) -> Iterator[tuple[float, Tracks]]:
    """What the tracker says at each time; `order` arranges the boxes of a frame with that many."""
    tracker = tracker or Tracker("platform-1", SCORE)
    for t in times:
        boxes = [walker.box(t) for walker in walkers if walker.seen(t)]
        if order:
            boxes = [boxes[i] for i in order(len(boxes))]
        yield t, tracker.step(found(boxes, t))


def who(walkers: Sequence[Walker], steps: Iterable[tuple[float, Tracks]]) -> list[set[int]]:
    """The numbers each walker was given, over the whole scene."""
    numbers: list[set[int]] = [set() for _ in walkers]
    for t, tracks in steps:
        for number, walker in zip(numbers, walkers, strict=True):
            same = (tracks.xyxy_px == np.float32(walker.box(t))).all(axis=1) & ~tracks.predicted
            if walker.seen(t):
                assert same.sum() == 1, f"at {t:.2f} s {walker} is {same.sum()} rows"
                number.add(int(tracks.id[same][0]))
    return numbers

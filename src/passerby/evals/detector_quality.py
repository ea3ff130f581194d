"""Average precision and related measures: greedy matching by score at an overlap of 0.5, all-point
interpolation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F32, Bools
from passerby.contracts.boxes import area, intersection, iou
from passerby.evals.detector_labels import Truth


@dataclass(frozen=True, slots=True, eq=False)
class ScoredBoxes:
    """Detections of one picture: boxes float32 (N, 4) in its pixels, scores float32 (N,)."""

    boxes: F32
    scores: F32

    def from_score(self, least: float) -> ScoredBoxes:
        """Return the detections with at least this score."""
        return ScoredBoxes(self.boxes[self.scores >= least], self.scores[self.scores >= least])


@dataclass(frozen=True, slots=True)
class Quality:
    """The measures of one set, 0 to 1. `best_f1` is reached at `best_score`."""

    ap50: float
    recall_at_90: float
    best_f1: float
    best_score: float
    people: int


Pair = tuple[ScoredBoxes, Truth]


def _inside(boxes: F32, regions: F32) -> F32:
    """The largest fraction of each box in one region, 0..1."""
    if not len(regions):
        return np.zeros(len(boxes), np.float32)
    both = intersection(boxes, regions)
    return np.asarray((both / np.maximum(area(boxes), 1e-6)[:, None]).max(axis=1), np.float32)


def match_truth(found: ScoredBoxes, truth: Truth, least: float = 0.5) -> tuple[Bools, Bools]:
    """For each detection: whether it is correct, and whether it counts.

    A false one in an ignore region does not count.
    """
    right, counts = np.zeros(len(found.scores), bool), np.ones(len(found.scores), bool)
    overlap, free = iou(found.boxes, truth.boxes), np.ones(len(truth.boxes), bool)
    for i in np.argsort(-found.scores, kind="stable"):
        row = np.where(free, overlap[i], -1.0)
        if len(row) and row.max() >= least:
            free[row.argmax()], right[i] = False, True
    alike = iou(found.boxes, truth.ignore).max(axis=1, initial=0)
    counts[~right & (np.maximum(_inside(found.boxes, truth.ignore), alike) >= least)] = False
    return right, counts


def quality(pairs: Sequence[Pair]) -> Quality:
    """The quality over all pictures of a set."""
    scores: list[F32] = [np.zeros(0, np.float32)]
    right: list[Bools] = [np.zeros(0, bool)]
    for found, truth in pairs:
        hit, counts = match_truth(found, truth)
        scores.append(found.scores[counts])
        right.append(hit[counts])
    people = sum(len(truth.boxes) for _, truth in pairs)
    return _curve(np.concatenate(scores), np.concatenate(right), people)


def _curve(scores: F32, right: Bools, people: int) -> Quality:
    if not len(scores) or not people:
        return Quality(0.0, 0.0, 0.0, 1.0, people)
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(right[order])
    recall, precision = hits / people, hits / np.arange(1, len(hits) + 1)
    f1 = 2 * recall * precision / np.maximum(recall + precision, 1e-9)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    ap = float(np.sum(np.diff(recall, prepend=0.0) * envelope))
    sure = recall[precision >= 0.9]
    return Quality(ap, float(sure.max(initial=0.0)), float(f1.max()), float(scores[order][f1.argmax()]), people)


def by_height(pairs: Sequence[Pair], low_px: float, high_px: float) -> Quality:
    """Only people from `low_px` to under `high_px` high; the others are ignore regions."""

    def within(boxes: F32, slack: float = 1.0) -> Bools:
        size = boxes[:, 3] - boxes[:, 1]
        return np.asarray((size >= low_px / slack) & (size < high_px * slack))

    kept = []
    for found, truth in pairs:
        mine, near = within(truth.boxes), within(found.boxes, 1.25)
        ignore = np.concatenate([truth.ignore, truth.boxes[~mine]])
        kept.append((ScoredBoxes(found.boxes[near], found.scores[near]), Truth(truth.boxes[mine], ignore)))
    return quality(kept)

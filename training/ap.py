"""Average precision and its relatives: greedy matching by score at IoU 0.5, all-point interpolation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.samples import F32

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Detections of one picture: boxes float32 (N, 4) in its pixels, scores float32 (N,)."""

    boxes: F32
    scores: F32


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """People of one picture and its regions of no opinion, float32 (N, 4)."""

    boxes: F32
    ignore: F32


@dataclass(frozen=True, slots=True)
class Quality:
    """Everything measured on one set. `best_f1` is reached at `best_score`."""

    ap50: float
    recall_at_90: float
    best_f1: float
    best_score: float
    people: int


def iou(a: F32, b: F32) -> F32:
    """(N, M) intersection over union."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.prod(np.maximum(high - low, 0), axis=2)
    area_a, area_b = (np.prod(x[:, 2:] - x[:, :2], axis=1) for x in (a, b))
    return np.asarray(both / np.maximum(area_a[:, None] + area_b[None] - both, 1e-6), np.float32)


def _inside(boxes: F32, regions: F32) -> F32:
    """The largest part of each box that lies in one region, 0..1."""
    if not len(regions):
        return np.zeros(len(boxes), np.float32)
    low = np.maximum(boxes[:, None, :2], regions[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], regions[None, :, 2:])
    both = np.prod(np.maximum(high - low, 0), axis=2)
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    return np.asarray((both / np.maximum(area, 1e-6)[:, None]).max(axis=1), np.float32)


def judged(found: Found, truth: Truth, least: float = 0.5) -> tuple[Bools, Bools]:
    """For each detection: is it right, and does it count.

    A miss that lies in a region of no opinion does not count.
    """
    right, counts = np.zeros(len(found.scores), bool), np.ones(len(found.scores), bool)
    overlap, free = iou(found.boxes, truth.boxes), np.ones(len(truth.boxes), bool)
    for i in np.argsort(-found.scores, kind="stable"):
        row = np.where(free, overlap[i], -1.0)
        if len(row) and row.max() >= least:
            free[row.argmax()], right[i] = False, True
    absorbed = np.maximum(
        _inside(found.boxes, truth.ignore), iou(found.boxes, truth.ignore).max(axis=1, initial=0)
    )
    counts[~right & (absorbed >= least)] = False
    return right, counts


def quality(pairs: list[tuple[Found, Truth]]) -> Quality:
    """Over all pictures of a set."""
    scores, right = [], []
    for found, truth in pairs:
        hit, counts = judged(found, truth)
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


def by_height(pairs: list[tuple[Found, Truth]], low: float, high: float) -> Quality:
    """Only people from `low` to under `high` pixels; the others are regions of no opinion."""

    def within(boxes: F32, slack: float = 1.0) -> Bools:
        size = boxes[:, 3] - boxes[:, 1]
        return np.asarray((size >= low / slack) & (size < high * slack))

    kept = []
    for found, truth in pairs:
        mine, near = within(truth.boxes), within(found.boxes, 1.25)
        ignore = np.concatenate([truth.ignore, truth.boxes[~mine]])
        kept.append((Found(found.boxes[near], found.scores[near]), Truth(truth.boxes[mine], ignore)))
    return quality(kept)

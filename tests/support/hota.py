"""HOTA, IDF1 and MOTA of boxes with numbers against ground truth.

HOTA: Luiten 2021, arXiv 2009.07736, mean over overlaps 0.05 to 0.95. MOTA, IDF1: Bernardin 2008, Ristani 2016, at
overlap 0.5. All in percent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from passerby.contracts.boxes import iou

Arrays = tuple[NDArray[np.int64], NDArray[np.float32]]  # numbers (N,), boxes (N, 4)
Frames = Mapping[int, Arrays]
NOBODY: Arrays = (np.zeros(0, np.int64), np.zeros((0, 4), np.float32))
ALPHAS = np.arange(0.05, 0.96, 0.05)


@dataclass(frozen=True)
class Scores:
    """Percent; `made` and `true` are how many numbers there were."""

    hota: float
    idf1: float
    mota: float
    made: int
    true: int


def scores(truth: Frames, reported: Frames) -> Scores:
    """Compare frame by frame; a frame only one side has counts as empty on the other."""
    pairs = [(*truth.get(f, NOBODY), *reported.get(f, NOBODY)) for f in sorted({*truth, *reported})]
    of_truth = Counter(n for ids, _, _, _ in pairs for n in ids.tolist())
    of_reported = Counter(n for _, _, ids, _ in pairs for n in ids.tolist())
    overlaps = [iou(boxes, others) for _, boxes, _, others in pairs]
    steps = [(a, b, overlap) for (a, _, b, _), overlap in zip(pairs, overlaps, strict=True)]
    hota = np.mean([_hota(steps, of_truth, of_reported, float(alpha)) for alpha in ALPHAS])
    mota, idf1 = _mota(steps, sum(of_truth.values())), _idf1(steps, of_truth, of_reported)
    return Scores(*(round(100 * float(x), 2) for x in (hota, idf1, mota)), len(of_reported), len(of_truth))


Steps = list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]]


def _hota(steps: Steps, of_truth: Counter[int], of_reported: Counter[int], alpha: float) -> float:
    """Match for the best association over the whole sequence first, then for overlap."""
    alignment = _alignment(steps, of_truth, of_reported)
    matched: Counter[tuple[int, int]] = Counter()
    for a, b, overlap in steps:
        weight = np.array([[alignment.get((i, j), 0.0) for j in b.tolist()] for i in a.tolist()])
        weight = weight.reshape(overlap.shape) * overlap
        rows, columns = linear_sum_assignment(weight, maximize=True)
        good = overlap[rows, columns] >= alpha - np.finfo(float).eps
        matched.update(zip(a[rows[good]].tolist(), b[columns[good]].tolist(), strict=True))
    hits = sum(matched.values())
    boxes = sum(of_truth.values()) + sum(of_reported.values()) - hits
    kept = sum(n * n / (of_truth[i] + of_reported[j] - n) for (i, j), n in matched.items())
    return float(np.sqrt(hits / boxes * kept / hits)) if hits else 0.0


def _alignment(steps: Steps, of_truth: Counter[int], of_reported: Counter[int]) -> dict[tuple[int, int], float]:
    """How much two numbers are one person: shared overlap over all of their boxes."""
    shared: Counter[tuple[int, int]] = Counter()
    for a, b, overlap in steps:
        total = overlap.sum(0)[None, :] + overlap.sum(1)[:, None] - overlap
        share = np.divide(overlap, total, out=np.zeros_like(overlap), where=total > np.finfo(float).eps)
        for i, j in zip(*np.nonzero(share), strict=True):
            shared[int(a[i]), int(b[j])] += float(share[i, j])  # type: ignore[assignment]
    return {(i, j): n / (of_truth[i] + of_reported[j] - n) for (i, j), n in shared.items()}


def _idf1(steps: Steps, of_truth: Counter[int], of_reported: Counter[int]) -> float:
    """One number for one person over the whole sequence, chosen for the most shared boxes."""
    rows, columns = sorted(of_truth), sorted(of_reported)
    together: Counter[tuple[int, int]] = Counter()
    for a, b, overlap in steps:
        for i, j in zip(*np.nonzero(overlap >= 0.5), strict=True):
            together[int(a[i]), int(b[j])] += 1
    table = np.array([[together[i, j] for j in columns] for i in rows]).reshape(len(rows), len(columns))
    hits = table[linear_sum_assignment(table, maximize=True)].sum()
    return float(2 * hits / max(1, sum(of_truth.values()) + sum(of_reported.values())))


def _mota(steps: Steps, boxes: int) -> float:
    """Misses, false boxes and switches; a pair of the frame before is kept while it overlaps."""
    errors, last, before = 0, dict[int, int](), dict[int, int]()
    for a, b, overlap in steps:
        was = np.array([[before.get(i) == j for j in b.tolist()] for i in a.tolist()]).reshape(overlap.shape)
        value = np.where(overlap >= 0.5, overlap + 1000.0 * was, 0.0)
        rows, columns = linear_sum_assignment(value, maximize=True)
        good = value[rows, columns] > 0
        now = dict(zip(a[rows[good]].tolist(), b[columns[good]].tolist(), strict=True))
        switches = sum(i in last and last[i] != j for i, j in now.items())
        errors += len(a) + len(b) - 2 * len(now) + switches
        last, before = last | now, now
    return 1 - errors / max(1, boxes)

"""HOTA, MOTA and IDF1 of boxes with numbers, by TrackEval (optional: the extra `eval`)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from passerby.contracts.arrays import F32, F64, I64
from passerby.contracts.boxes import iou
from passerby.contracts.errors import UsageError

NEEDED = "needs TrackEval, which the product itself does not: pip install 'passerby[eval]'"
Frame = tuple[I64, F32]


@dataclass(frozen=True, slots=True)
class TrackScore:
    """Fractions; made and true: number of identities."""

    hota: float
    mota: float
    idf1: float
    made: int
    true: int


def score_tracks(truth: F64, frames: Sequence[Frame]) -> TrackScore:
    """Score tracks against MOTChallenge rows (frame from 1, id, x, y, w, h). `frames`: ids and boxes, in order.

    Raises UsageError without TrackEval. Method: Luiten 2021 (HOTA), Bernardin 2008 (MOTA), Ristani 2016 (IDF1).
    """
    try:
        from trackeval.metrics import CLEAR, HOTA, Identity
    except ImportError:
        raise UsageError(f"the suite mot {NEEDED}") from None
    data = _prepared(truth, frames)
    with contextlib.redirect_stdout(io.StringIO()):
        hota, clear, identity = (metric().eval_sequence(data) for metric in (HOTA, CLEAR, Identity))
    return TrackScore(
        float(np.mean(hota["HOTA"])),
        float(clear["MOTA"]),
        float(identity["IDF1"]),
        data["num_tracker_ids"],
        data["num_gt_ids"],
    )


def _prepared(truth: F64, frames: Sequence[Frame]) -> dict[str, Any]:
    """Return the input of TrackEval's metrics: numbers from 0, and overlaps per frame."""
    true, made = _numbers(truth[:, 1]), _numbers(np.concatenate([np.zeros(0), *(ids for ids, _ in frames)]))
    data: dict[str, Any] = {"gt_ids": [], "tracker_ids": [], "similarity_scores": []}
    for number, (ids, xyxy) in enumerate(frames, 1):
        rows = truth[truth[:, 0] == number]
        boxes = np.hstack([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]]).astype(np.float32)
        data["gt_ids"].append(np.array([true[i] for i in rows[:, 1].tolist()], int))
        data["tracker_ids"].append(np.array([made[i] for i in ids.tolist()], int))
        data["similarity_scores"].append(iou(boxes, np.asarray(xyxy, np.float32).reshape(-1, 4)))
    data |= {"num_gt_dets": len(truth), "num_tracker_dets": sum(len(ids) for ids, _ in frames)}
    return data | {"num_gt_ids": len(true), "num_tracker_ids": len(made), "num_timesteps": len(frames)}


def _numbers(ids: F64) -> dict[float, int]:
    return {value: n for n, value in enumerate(sorted(set(ids.tolist())))}

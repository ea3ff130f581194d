"""Tracks people in one camera's picture by motion and overlap only; there is no appearance input.

Method: prediction and optimal assignment as in SORT (Bewley 2016, arXiv 1602.00763), with the widened overlap of
C-BIoU (Yang 2023, arXiv 2211.14317) in a second round, and low-confidence detections last, as in ByteTrack (Zhang
2022, arXiv 2110.06864), but limited by a credit. Added here: real seconds throughout, strong smoothing, the
distance of foot and height in addition to the overlap, state per camera, and flags for low-confidence rows instead
of dropping them. Experiments and figures: docs/decisions/0004-tracker.md.

Credit: a box earns by how far its score is above the one that starts a track, or costs by how far it is below, and
low-confidence detections keep a track while there is credit (a sequential test, Wald 1945). A person who was
detected well may have low scores for a while, or scores just below the threshold for long; an object that never
had high scores, such as a post that sometimes looks like a person, is not tracked.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from passerby.contracts.arrays import F32, F64, I64, Bools
from passerby.contracts.boxes import grow, iou
from passerby.contracts.people import Detections, Tracks
from passerby.contracts.time import Timestamp
from passerby.vision import kalman


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """Times in seconds, overlaps as intersection over union.

    confirm_hits: a track is confirmed after this many matches.
    hold_s: a confirmed track is predicted for this long without a match; tentative_hold_s: an unconfirmed one.
    iou_min: least overlap of a match.
    grow: widening of both boxes in the second round, and for tracks too young to have a speed.
    distance_weight: overlap that is outweighed by a foot one body height away, or a height e times as large.
    reach_per_s: reach of a track without a speed, body heights per second: 3.5 is 6 m/s, a sprint.
    low_confidence_share: boxes from this fraction (below 1) of the score that starts a track may keep a confirmed
    one.
    low_confidence_iou_min: least overlap with such a box.
    low_confidence_beside: such a box is ignored if it overlaps this much with two expected people.
    low_confidence_wide, low_confidence_feet: a person who bends, sits or lies down has another box at once. A
    low-confidence box at least this wide for its height is theirs if its foot is this near, in their heights.
    credit_most_s: longest time for which the boxes with the lowest scores may keep a track.
    """

    # Decision 0004 (benchmarks/tracking.py) describes the random search for the first six settings, over the mean
    # of 16 cases. It does not list the settings that were varied; the comments give the comparisons that it
    # contains.
    confirm_hits: int = 2  # measured: three are no better
    hold_s: float = 1.5  # measured: with 2 s HOTA of YOLOX-nano on PETS falls from 59.0 to 53.2
    tentative_hold_s: float = 0.25  # no comparison is recorded
    iou_min: float = 0.4  # measured: with 0.35 HOTA on TUD-Stadtmitte falls to 61.0
    grow: float = 0.5  # no comparison is recorded
    distance_weight: float = 1.0  # no comparison is recorded
    # Chosen: overlap alone lost runners above 2.9 m/s at 5 frames per second; a sprint of 6 m/s must be followed.
    reach_per_s: float = 3.5
    # Chosen: decision 0004 measures tracking with low-confidence detections and without. It has no other
    # values of these two.
    low_confidence_share: float = 0.6
    low_confidence_iou_min: float = 0.6
    # Chosen: in a crowd such boxes passed the dwell to the next person (decision 0004, `passerby eval sim
    # --scenario platform`); other values were not measured.
    low_confidence_beside: float = 0.3
    # Measured: the boxes of 30 simulated people who lie along the view are at least 0.59 times as wide as high.
    # With narrower boxes, too, mean HOTA on PETS and TUD falls from 56.2 to 52.6 (decision 0004).
    low_confidence_wide: float = 0.58
    low_confidence_feet: float = 0.5  # chosen by judgement
    # Chosen: without a limit tracks stay on posts, and MOTA on PETS falls from 75.0 to 64.6 (decision 0004); other
    # limits were not measured.
    credit_most_s: float = 10.0
    noise: kalman.Noise = field(default_factory=kalman.Noise)


@dataclass(slots=True)
class _Rows:
    """Tracks as parallel arrays of length N. credit_s: time for which boxes with the lowest scores may keep
    them."""

    id: I64
    state: kalman.State
    last_xyxy: F64
    score: F32
    hits: I64
    born_s: F64
    seen_s: F64
    confirmed: Bools
    credit_s: F64

    def take(self, rows: Bools) -> _Rows:
        arrays = {name: getattr(self, name)[rows] for name in _ARRAYS}
        return _Rows(state=self.state.take(rows), **arrays)

    @staticmethod
    def join(a: _Rows, b: _Rows) -> _Rows:
        arrays = {name: np.concatenate([getattr(a, name), getattr(b, name)]) for name in _ARRAYS}
        return _Rows(state=kalman.State.join(a.state, b.state), **arrays)


_ARRAYS = tuple(name for name in _Rows.__slots__ if name != "state")


class Tracker:
    """The tracker of one camera; `step` takes frames in order. Track numbers start at 1 and are never reused."""

    def __init__(self, camera: str, score: float, settings: TrackerSettings | None = None) -> None:
        self._camera, self._score = camera, score
        self._settings = settings or TrackerSettings()
        self._next_id = 1
        self._at: Timestamp | None = None
        self._rows = self._born(np.zeros((0, 4)), np.zeros(0, np.float32), 0.0)

    def __len__(self) -> int:
        return len(self._rows.id)

    def step(self, found: Detections) -> Tracks:
        """Process one frame's boxes; return all tracks, and the removed ones.

        Raises ValueError if the frame is not later than the one before, or of another camera.
        """
        self._check(found)
        dt_s = 0.0 if self._at is None else found.at.since_s(self._at)
        self._at = found.at
        # Before matching, or a track could return after a pause without frames.
        removed = self._drop(found.at.s - self._rows.seen_s > self._settings.hold_s)
        self._rows.state = kalman.predict(self._rows.state, dt_s, self._settings.noise)
        boxes = found.xyxy_px.astype(np.float64)
        row, box = self._match(boxes, found.score, dt_s)
        if len(row):
            self._update(row, boxes[box], found.score[box], found.at.s, dt_s)
        fresh = _without(np.flatnonzero(found.score >= self._score), box)
        if len(fresh):
            self._rows = _Rows.join(self._rows, self._born(boxes[fresh], found.score[fresh], found.at.s))
        unseen_s = found.at.s - self._rows.seen_s
        flickered = self._drop(~self._rows.confirmed & (unseen_s > self._settings.tentative_hold_s))
        return self._tracks(found, np.append(removed, flickered))

    def reset(self) -> I64:
        """Remove all tracks, because the picture was interrupted; return their numbers."""
        removed = self._rows.id
        self._rows, self._at = self._rows.take(np.zeros(len(removed), bool)), None
        return removed

    def _check(self, found: Detections) -> None:
        if found.camera != self._camera:
            raise ValueError(f"tracker of {self._camera!r} got a frame of {found.camera!r}")
        if self._at is not None and found.at.mono_ns <= self._at.mono_ns:
            raise ValueError(f"frame at {found.at.s:.3f} s is not later than {self._at.s:.3f} s")

    def _match(self, boxes: F64, score: F32, dt_s: float) -> tuple[I64, I64]:
        """Return matched (track rows, box rows): confirmed tracks first, then all with widened boxes."""
        rows, s = self._rows, self._settings
        row, box = np.zeros(0, np.int64), np.zeros(0, np.int64)
        if not len(self) or not len(boxes):
            return row, box
        strong = np.flatnonzero(score >= self._score)
        predicted = kalman.to_xyxy(rows.state.value)
        old, young = np.flatnonzero(rows.confirmed), np.flatnonzero(~rows.confirmed)
        for choosers, grown, reach in ((old, 0.0, 0.0), (old, s.grow, 0.0), (young, s.grow, s.reach_per_s * dt_s)):
            free, left = _without(choosers, row), _without(strong, box)
            r, b = assign(predicted[free], boxes[left], s, grown, reach)
            row, box = np.append(row, free[r]), np.append(box, left[b])
        on_credit, low = self._match_low_confidence(_without(old, row), predicted, boxes, score)
        return np.append(row, on_credit), np.append(box, low)

    def _match_low_confidence(self, free: I64, predicted: F64, boxes: F64, score: F32) -> tuple[I64, I64]:
        """Return the same for confirmed tracks without a match above the threshold that have credit left."""
        s = self._settings
        free = free[self._rows.credit_s[free] > 0]
        low = np.flatnonzero((score < self._score) & (score >= s.low_confidence_share * self._score))
        if not len(free) or not len(low):
            return free[:0], low[:0]
        people = predicted[self._rows.confirmed].astype(np.float32)
        low = low[(iou(boxes[low].astype(np.float32), people) > s.low_confidence_beside).sum(axis=1) <= 1]
        row, box = assign(predicted[free], boxes[low], replace(s, iou_min=s.low_confidence_iou_min))
        row, box = free[row], low[box]
        free, low = _without(free, row), _without(low, box)
        wide = low[_wide(boxes[low]) >= s.low_confidence_wide]
        apart = _feet_apart(predicted[free], boxes[wide])
        bent, bent_box = _pairs(apart <= s.low_confidence_feet, -_distance(predicted[free], boxes[wide]))
        self._restart(free[bent], boxes[wide[bent_box]])
        return np.append(row, free[bent]), np.append(box, wide[bent_box])

    def _restart(self, row: I64, boxes: F64) -> None:
        """Restart the filters at boxes of another shape: the earlier motion predicts nothing."""
        anew = kalman.start(kalman.to_coords(boxes), self._settings.noise)
        for name in kalman.State.__slots__:
            getattr(self._rows.state, name)[row] = getattr(anew, name)

    def _update(self, row: I64, boxes: F64, score: F32, now_s: float, dt_s: float) -> None:
        rows, s = self._rows, self._settings
        seen = kalman.update(rows.state.take(row), kalman.to_coords(boxes), s.noise)
        for name in kalman.State.__slots__:
            getattr(rows.state, name)[row] = getattr(seen, name)
        rows.last_xyxy[row], rows.score[row], rows.seen_s[row] = boxes, score, now_s
        rows.hits[row] += 1
        rows.confirmed |= rows.hits >= s.confirm_hits
        earned_s = dt_s * np.minimum((score - self._score) / ((1 - s.low_confidence_share) * self._score), 1.0)
        rows.credit_s[row] = np.clip(rows.credit_s[row] + earned_s, 0.0, s.credit_most_s)

    def _born(self, boxes: F64, score: F32, now_s: float) -> _Rows:
        n = len(boxes)
        ids = np.arange(self._next_id, self._next_id + n)
        self._next_id += n
        state = kalman.start(kalman.to_coords(boxes), self._settings.noise)
        now, hits = np.full(n, now_s), np.ones(n, np.int64)
        confirmed = hits >= self._settings.confirm_hits
        return _Rows(ids, state, boxes.copy(), score.copy(), hits, now, now.copy(), confirmed, np.zeros(n))

    def _drop(self, lost: Bools) -> I64:
        removed = self._rows.id[lost]
        if len(removed):
            self._rows = self._rows.take(~lost)
        return removed

    def _tracks(self, found: Detections, removed: I64) -> Tracks:
        rows, now_s = self._rows, found.at.s
        predicted = rows.seen_s < now_s
        xyxy = np.where(predicted[:, None], kalman.to_xyxy(rows.state.value), rows.last_xyxy)
        foot = rows.state.value[:, :2]
        return Tracks(
            camera=self._camera,
            at=found.at,
            frame_wh=found.frame_wh,
            id=rows.id,
            xyxy_px=xyxy.astype(np.float32),
            foot_px=foot.astype(np.float32),
            score=rows.score.copy(),
            age_s=(now_s - rows.born_s).astype(np.float32),
            confirmed=rows.confirmed.copy(),
            predicted=predicted,
            removed=removed,
        )


def _without(indices: I64, taken: I64) -> I64:
    """Return the `indices` that are not `taken`, in their order; np.setdiff1d sorts and takes much longer."""
    if not len(indices) or not len(taken):
        return indices
    is_taken = np.zeros(max(int(indices.max()), int(taken.max())) + 1, bool)
    is_taken[taken] = True
    return indices[~is_taken[indices]]


def assign(
    tracks: F64, boxes: F64, settings: TrackerSettings, grown: float = 0.0, reach: float = 0.0
) -> tuple[I64, I64]:
    """Return the best one-to-one matches as (track rows, box rows).

    tracks: predicted boxes (N, 4); boxes: detected boxes (M, 4), px. A pair is possible if the boxes, widened by
    `grown`, overlap by `iou_min`, or if their distance is within `reach`; other pairs are never made, even if a
    track stays without a box.
    """
    if not len(tracks) or not len(boxes):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    wide_tracks, wide_boxes = grow(tracks.astype(np.float32), grown), grow(boxes.astype(np.float32), grown)
    overlap = iou(wide_tracks, wide_boxes)
    distance = _distance(tracks, boxes)
    gain = overlap - settings.distance_weight * distance
    possible = (overlap >= settings.iou_min) | (distance < reach)
    return _pairs(possible, gain)


def _pairs(possible: Bools, gain: F64) -> tuple[I64, I64]:
    """Return the best one-to-one matches among the possible (N, M): the largest number, then the largest gain."""
    # The bonus makes any possible pair better than any impossible one.
    row, box = linear_sum_assignment(np.where(possible, gain + 10.0, 0.0), maximize=True)
    good = possible[row, box]
    return row[good], box[good]


def _feet_apart(tracks: F64, boxes: F64) -> F64:
    """Return the distances (N, M) of the feet of pairs, in heights of the tracks."""
    (track_x, box_x), (track_y, box_y) = (
        ((a[:, 0] + a[:, 2]) / 2 for a in (tracks, boxes)),
        (tracks[:, 3], boxes[:, 3]),
    )
    apart = np.hypot(track_x[:, None] - box_x, track_y[:, None] - box_y)
    return np.asarray(apart / _heights(tracks)[:, None])


def _distance(tracks: F64, boxes: F64) -> F64:
    """Return the distance of pairs (N, M): distance of the feet in track heights, plus the log ratio of the
    heights."""
    ha, hb = _heights(tracks), _heights(boxes)
    return np.asarray(_feet_apart(tracks, boxes) + np.abs(np.log(ha[:, None] / hb)))


def _heights(boxes: F64) -> F64:
    return np.maximum(boxes[:, 3] - boxes[:, 1], 1.0)


def _wide(boxes: F64) -> F64:
    """Return the width of boxes (N, 4) as a fraction of the height."""
    return np.asarray((boxes[:, 2] - boxes[:, 0]) / _heights(boxes))

"""The usual view of one camera in one light (day, or infrared): learned from its first samples, then slowly.

A block of the view is present if it correlates with the reference (normalised cross-correlation, so brightness and
contrast do not count). A block that has another content for long, while the view as a whole is there, is learned
again: a bench was moved, or a person stood there when the camera started.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F32, F64, Bools
from passerby.contracts.time import Timestamp
from passerby.scene.optics.blocks import BlockMoments, block_means, cells_of
from passerby.scene.optics.edges import median_of
from passerby.scene.optics.sample import OpticSample

# The median of the first samples is the first reference. Chosen: a person who walks is in less than half of them.
FIRST_SAMPLES, FIRST_S = 4, 5.9
# A block can be compared if its standard deviation is at least this, grey levels, and this many times the usual
# change of a cell by noise; a larger change is motion. Chosen: then noise alone leaves a correlation of 0.9.
LEAST_CONTRAST, OVER_NOISE, MOST_CHANGE = 3.0, 1.8, 6.0
# A block is present from this correlation on. Chosen by judgement.
PRESENT = 0.5
# A block that has less than this fraction of its contrast, compared with a quarter of the blocks, is hidden by
# something translucent. Chosen by judgement.
FADED = 0.35
# A block does not move if its cells change by at most this much from sample to sample, grey levels, and this many
# times the usual. Chosen by judgement.
STILL_GREY, STILL_RATIO = 4.0, 3.0
# Time constant with which present blocks are learned, and after which a changed block is learned again, seconds;
# at first it is the age of the reference divided by two. Chosen by judgement.
LEARN_S, RELEARN_S, SOONEST_RELEARN_S = 60.0, 900.0, 30.0


@dataclass(frozen=True, slots=True, eq=False)
class ViewMatch:
    """One sample compared with the reference; blocks are bool (rows, columns).

    usable: blocks that can be compared and that no train may hide. present: those that are in place. still: blocks
    without motion. lost: blocks that show something else without motion, a train or a cover. other: blocks that
    show something else, or nothing that can be compared, and no train or person.
    correlation: of all usable blocks together, -1 to 1; None without any. gain: contrast divided by that of the
    first reference, which does not follow the light.
    """

    usable: Bools
    present: Bools
    still: Bools
    lost: Bools
    other: Bools
    correlation: float | None
    gain: float

    @property
    def share_present(self) -> float:
        """Fraction of the usable blocks that are present."""
        return float(np.count_nonzero(self.present)) / max(1, int(np.count_nonzero(self.usable)))


class ViewReference:
    """The reference of one camera in one light. `grey` is None until it is learned."""

    def __init__(self) -> None:
        self.grey: F32 | None = None
        self._first: list[OpticSample] = []
        self._began: Timestamp | None = None
        self._before: F32 | None = None
        self._usual_change = 1.0
        self._unknown: Bools | None = None
        self._other: F32 | None = None
        self._other_s: F64 | None = None

    def match(self, sample: OpticSample, ignored: Bools | None, people: Bools) -> ViewMatch | None:
        """Compare a sample; None until the view is learned.

        ignored: blocks where a train may be. people: blocks where people are; they are not learned.
        """
        still = self._still(sample)
        if self.grey is None:
            self._start(sample, people)
            return None
        assert self._unknown is not None
        now, usual = BlockMoments(sample.grey), BlockMoments(self.grey)
        comparable = usual.variance >= max(LEAST_CONTRAST, OVER_NOISE * self._usual_change) ** 2
        comparable &= ~self._unknown
        is_same = comparable & (now.correlation(usual) >= PRESENT) & ~_faded(now, usual, comparable)
        judged = np.ones_like(comparable) if ignored is None else ~ignored
        usable, present = comparable & judged, is_same & judged
        return ViewMatch(
            usable=usable,
            present=present,
            still=still,
            lost=comparable & ~is_same & still,
            other=judged & ~is_same & ~people,
            correlation=_pooled(now, usual, usable),
            gain=_gain(now, self._first_variance, present),
        )

    def learn(self, sample: OpticSample, match: ViewMatch, dt_s: float) -> Bools:
        """Learn from a sample of a healthy picture, `dt_s` after the one that was learned before.

        Return the blocks that were learned again.
        """
        assert self._unknown is not None
        assert self.grey is not None
        assert self._began is not None
        assert self._other is not None
        assert self._other_s is not None
        self._blend(match.present, sample.grey, min(1.0, dt_s / LEARN_S))
        same = match.still & (block_means(cv2.absdiff(sample.grey, self._other)) <= self._still_limit)
        self._other_s = np.where(same & match.other, self._other_s + dt_s, 0.0)
        self._other = np.where(cells_of(same), self._other, sample.grey).astype(np.float32)
        age_s = sample.at.since_s(self._began)
        stays = self._other_s >= min(RELEARN_S, max(SOONEST_RELEARN_S, age_s / 2))
        if stays.any():
            self._unknown &= ~stays
            self._blend(stays, sample.grey, 1.0)
            self._first_variance[stays] = BlockMoments(sample.grey).variance[stays] / match.gain**2
        return np.asarray(stays)

    def interrupt(self) -> None:
        """Handle an interrupted picture: motion across it is unknown."""
        self._before = None
        if self.grey is None:
            self._first, self._unknown = [], None

    @property
    def _still_limit(self) -> float:
        return max(STILL_GREY, STILL_RATIO * self._usual_change)

    def _start(self, sample: OpticSample, people: Bools) -> None:
        self._first.append(sample)
        self._unknown = people if self._unknown is None else self._unknown | people
        if len(self._first) < FIRST_SAMPLES or sample.at.since_s(self._first[0].at) < FIRST_S:
            return
        self.grey = np.asarray(np.median([one.grey for one in self._first], axis=0), np.float32)
        self._began = sample.at
        self._first_variance = BlockMoments(self.grey).variance
        self._other, self._other_s = self.grey.copy(), np.zeros(block_means(self.grey).shape)
        self._first = []

    def _still(self, sample: OpticSample) -> Bools:
        before, self._before = self._before, sample.grey
        if before is None or before.shape != sample.grey.shape:
            return np.zeros(block_means(sample.grey).shape, bool)
        change = block_means(cv2.absdiff(sample.grey, before))
        still = np.asarray(change <= self._still_limit)
        usual = min(median_of(change.ravel()), MOST_CHANGE)
        self._usual_change += 0.1 * (usual - self._usual_change)
        return still

    def _blend(self, blocks: Bools, grey: F32, weight: float) -> None:
        assert self.grey is not None
        self.grey += cells_of(blocks) * np.float32(weight) * (grey - self.grey)


def _pooled(now: BlockMoments, usual: BlockMoments, usable: Bools) -> float | None:
    if not usable.any():
        return None
    scale = np.sqrt(float(now.variance[usable].sum()) * float(usual.variance[usable].sum()))
    return float(now.covariance(usual)[usable].sum()) / max(float(scale), 1e-6)


def _faded(now: BlockMoments, usual: BlockMoments, comparable: Bools) -> Bools:
    """Return the blocks that have lost their contrast, unlike most of the picture: thin paint is before them."""
    if not comparable.any():
        return comparable
    kept = now.variance / np.maximum(usual.variance, 1e-6)
    ranked = np.sort(kept[comparable])
    return np.asarray(kept < FADED**2 * ranked[len(ranked) * 3 // 4])


def _gain(now: BlockMoments, first_variance: F32, present: Bools) -> float:
    if not present.any():
        return 1.0
    return float(np.sqrt(median_of(now.variance[present] / np.maximum(first_variance[present], 1e-6))))

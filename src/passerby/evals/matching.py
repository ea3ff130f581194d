"""Compares events with the ground truth: found, missed and false ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from passerby.contracts.events import Event
from passerby.sim.verdict import Ideal

TOLERANCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A true event and its reported one; None if there is none."""

    ideal: Ideal | None
    event: Event | None

    @property
    def when_s(self) -> float:
        """Return the start: from the ground truth if it is known."""
        if self.ideal is not None:
            return self.ideal.began_s
        assert self.event is not None
        return self.event.began_s


@dataclass(frozen=True, slots=True)
class PairScore:
    """Numbers of true, found and false events."""

    true: int
    found: int
    false: int

    @classmethod
    def of(cls, pairs: Sequence[Pair], kind: str | None = None) -> PairScore:
        """Return the score of pairs, of one kind or all."""
        mine = [p for p in pairs if kind is None or kind in {one.kind for one in (p.ideal, p.event) if one}]
        true = sum(p.ideal is not None for p in mine)
        found = sum(p.ideal is not None and p.event is not None for p in mine)
        return cls(true, found, sum(p.ideal is None for p in mine))

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        total = self.true + self.found + self.false
        return 2 * self.found / total if total else None


def pair_up(ideals: Sequence[Ideal], starts: Sequence[Event], tolerance_s: float = TOLERANCE_S) -> list[Pair]:
    """Pair true events with reported ones of the same kind and place that began within `tolerance_s`.

    For an object: within `tolerance_s` of the interval from putting it down to its first visibility.

    starts: one event per incident, its start. The largest number of pairs is made, then the closest in time.
    Returns every true and every reported event once, by time.
    """
    gap_s = np.array([[_apart_s(i, e) for e in starts] for i in ideals]).reshape(len(ideals), len(starts))
    same = np.array([[(i.kind, i.place) == (e.kind, e.place) for e in starts] for i in ideals], bool)
    possible = same.reshape(gap_s.shape) & (gap_s <= tolerance_s)
    rows, columns = linear_sum_assignment(np.where(possible, gap_s - 1000.0 * (tolerance_s + 1), 0.0))
    matched = {int(r): int(c) for r, c in zip(rows, columns, strict=True) if possible[r, c]}
    pairs = [Pair(ideal, starts[matched[i]] if i in matched else None) for i, ideal in enumerate(ideals)]
    pairs += [Pair(None, event) for j, event in enumerate(starts) if j not in matched.values()]
    return sorted(pairs, key=lambda pair: pair.when_s)


def _apart_s(ideal: Ideal, event: Event) -> float:
    """Return the difference of reported and true start; for an object, a person may stand over it at first."""
    late_s = event.began_s - max(ideal.began_s, ideal.bared_s or 0.0)
    return max(ideal.began_s - event.began_s, late_s, 0.0)

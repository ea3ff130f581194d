from __future__ import annotations

from passerby.camera.totals import Totals
from support.seen import tracked

BOXES = [(0, 0, 10, 30), (50, 0, 60, 30)]


def test_people_at_once_are_counted_as_zones_and_curves_count_them() -> None:
    """A person who is occluded for a moment is still there; otherwise a mean could be above the maximum."""
    totals = Totals()
    totals.step(tracked(BOXES[:1], 0.0))
    totals.step(tracked(BOXES, 0.1, predicted=True))
    assert totals.people_max == 2


def test_numbers_are_dropped_at_a_gap_and_sums_stay() -> None:
    totals = Totals()
    totals.step(tracked(BOXES, 0.0))
    totals.reset()
    totals.step(tracked(BOXES[:1], 1.0))
    assert (totals.people_max, totals.people_total) == (2, 3)

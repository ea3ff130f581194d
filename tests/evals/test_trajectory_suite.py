"""Real walks through the behaviours; wants the evaluation data."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerby.evals.trajectory_suite import Score, trajectory_suite


def test_tallies_add_up_and_the_arguable_count_for_nothing() -> None:
    both = Score(2, 1, 1, open=5) + Score(2, 2, 0)
    assert both == Score(4, 3, 1, 5)
    assert both.f1 == pytest.approx(2 * 3 / (4 + 3 + 1))
    assert Score(0, 0, 0).f1 is None


@pytest.mark.shared
@pytest.mark.slow
def test_stays_and_runners_are_found_on_real_walks(shared: Path) -> None:
    aims = {aim.key: aim.figure for aim in trajectory_suite(shared / "groundtruth").aims}
    assert (aims["walks.dwell.f1"], aims["walks.fast.f1"]) == (1.0, 1.0)
    assert aims["walks.lines.f1"] is not None
    assert aims["walks.lines.f1"] > 0.9

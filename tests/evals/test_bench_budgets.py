from __future__ import annotations

import pytest

from passerby.evals.bench import BenchRun
from passerby.evals.bench_budgets import BUDGETS, GROSS, over_budget, relative_stages

FRAME_MS = 4.0


def decoded(slower: float = 1.0) -> BenchRun:
    """100 frames, each decoded in FRAME_MS."""
    return BenchRun(100 * slower * FRAME_MS / 1000, 4.0, 100, 0, 100.0)


def analysed(stage: str, times: float, slower: float = 1.0) -> BenchRun:
    """A run with one stage that takes this many times its budget."""
    stages = {stage: times * BUDGETS[stage] * FRAME_MS * slower, "write": 1000.0}
    return BenchRun(1.0, 4.0, 100, 20, 300.0, stages)


@pytest.mark.parametrize(
    ("times", "is_over", "why"),
    [
        ([1.0, 1.0, 1.0], False, "as measured"),
        ([GROSS, GROSS, GROSS], False, "at the limit"),
        ([2.1, 2.1, 2.1], True, "twice as slow"),
        ([9.0, 1.0, 1.0], False, "one turn is chance"),
        ([9.0, 9.0, 1.0], True, "the median counts"),
    ],
)
@pytest.mark.parametrize("stage", [*BUDGETS])
def test_a_stage_fails_at_twice_its_budget(stage: str, times: list[float], is_over: bool, why: str) -> None:
    found = over_budget([decoded()] * 3, [analysed(stage, one) for one in times])
    assert bool(found) == is_over, why
    assert all(sentence.startswith(f"{stage} takes ") for sentence in found)


def test_a_slow_machine_changes_nothing() -> None:
    slower = (1.0, 5.0, 20.0)
    shares = relative_stages([decoded(k) for k in slower], [analysed("scene", 1.5, k) for k in slower])
    assert shares["scene"] == pytest.approx(1.5 * BUDGETS["scene"])

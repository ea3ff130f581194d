"""How long errors last: a known mixture of a slow and a fast process is found again."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.arrays import F64
from passerby.evals.box_drift import StandardRows, fit_drift, standard_rows

FPS = 5.0
PEOPLE, FRAMES = 400, 60


def mixture(slow: float, slow_s: float, fast_s: float) -> F64:
    """Values (PEOPLE, FRAMES, 5) with this share of the slow process."""
    rng = np.random.default_rng(7)
    processes = []
    for time_s in (slow_s, fast_s):
        keep = np.exp(-1 / FPS / time_s)
        states = [rng.normal(size=(PEOPLE, 5))]
        for _ in range(FRAMES - 1):
            states.append(keep * states[-1] + np.sqrt(1 - keep**2) * rng.normal(size=(PEOPLE, 5)))
        processes.append(np.stack(states, axis=1))
    return np.asarray(np.sqrt(slow) * processes[0] + np.sqrt(1 - slow) * processes[1])


def rows_of(values: F64) -> StandardRows:
    person, frame = (index.ravel() for index in np.indices((PEOPLE, FRAMES)))
    none = np.zeros(len(person), np.int64)
    return StandardRows(frame, person, values.reshape(-1, 5), none, none)


@pytest.mark.parametrize(("slow", "slow_s", "fast_s"), [(0.5, 10.0, 0.15), (0.8, 20.0, 0.1), (0.4, 6.0, 0.2)])
def test_share_and_times_are_found_again(slow: float, slow_s: float, fast_s: float) -> None:
    drift = fit_drift(rows_of(mixture(slow, slow_s, fast_s)), (1, 1), FPS)
    assert drift.slow[0, 0] == pytest.approx(slow, abs=0.1)
    assert drift.slow_s == pytest.approx(slow_s, rel=0.5)
    assert drift.fast_s == pytest.approx(fast_s, rel=0.5)


def test_a_class_with_few_pairs_has_the_figures_of_all() -> None:
    rows = rows_of(mixture(0.5, 10.0, 0.15))
    drift = fit_drift(rows, (2, 1), FPS)
    assert drift.slow[1, 0] == pytest.approx(drift.slow[0, 0])


def test_only_rows_with_a_box_count() -> None:
    t_s, person, none = np.array([0.0, 0.2, 0.4]), np.array([1, 1, 1]), np.zeros(3, np.int64)
    errors = np.array([[0.1] * 4, [np.nan] * 4, [50.0] * 4])
    scale = (np.zeros((1, 1, 4)), np.full((1, 1, 4), 0.1))
    rows = standard_rows(t_s, person, np.array([0.5, 0.0, 0.7]), errors, none, none, scale, FPS)
    assert rows.frame.tolist() == [0, 2]
    assert rows.values[:, 1].tolist() == pytest.approx([1.0, 500.0])
    assert rows.values[0, 0] < rows.values[1, 0]

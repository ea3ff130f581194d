"""Longest stays within a circle, and recorded walks as tracks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from passerby.contracts.errors import UsageError
from passerby.evals.long_dwells import circle_m, longest_dwell
from passerby.evals.trajectories import Walks, read_walks


def walks(tmp_path: Path, rows: list[tuple[float, int, float, float]]) -> Walks:
    path = tmp_path / "obsmat.txt"
    path.write_text("".join(f"{f} {n} {x} 0 {y} 0 0 0\n" for f, n, x, y in rows), encoding="ascii")
    return read_walks(path, "made", fps=25.0)


def test_a_dwell_between_two_walks(tmp_path: Path) -> None:
    x = [*np.arange(-12, 0, 0.5), *([0.0] * 50), *np.arange(0.5, 12, 0.5)]
    made = walks(tmp_path, [(10 * k, 7, float(v), 2.0) for k, v in enumerate(x)])
    dwell = longest_dwell(made, 7)
    # 50 labels at one spot, and as many steps of 0.5 m before and after as a circle of 3 m across holds.
    assert dwell.seconds == pytest.approx(0.4 * (49 + 6), abs=0.41)
    assert abs(dwell.centre_m[0]) <= 1.5
    assert dwell.centre_m[1] == pytest.approx(2.0, abs=0.01)


def test_somebody_who_never_stops_has_a_short_stay(tmp_path: Path) -> None:
    made = walks(tmp_path, [(10 * k, 1, 0.5 * k, 0.0) for k in range(40)])
    assert longest_dwell(made, 1).seconds == pytest.approx(0.4 * 6)


def test_the_drawn_circle_holds_the_true_one() -> None:
    ring = circle_m((1.0, 2.0), 1.5)
    middles = (ring + np.roll(ring, 1, axis=0)) / 2
    assert np.linalg.norm(middles - (1.0, 2.0), axis=1).min() == pytest.approx(1.5)


def test_walks_become_tracks_on_an_exact_floor(tmp_path: Path) -> None:
    made = walks(tmp_path, [(0, 1, 0.0, 0.0), (0, 2, 4.0, 1.0), (10, 1, 0.5, 0.0), (20, 1, 1.0, 0.0)])
    frames = list(made.frames())
    assert [f.at.s for f in frames] == pytest.approx([0.0, 0.4, 0.8])
    assert [f.id.tolist() for f in frames] == [[1, 2], [1], [1]]
    assert [f.removed.tolist() for f in frames] == [[], [2], []]
    assert (frames[1].foot_px - frames[0].foot_px[0]).tolist() == [[50.0, 0.0]]
    assert frames[0].foot_px[1, 1] == frames[0].foot_px[0, 1] - 100  # north is up in the picture


def test_a_file_that_is_no_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "obsmat.txt").write_text("hello\n", encoding="ascii")
    with pytest.raises(UsageError, match="not a table of frame"):
        read_walks(tmp_path / "obsmat.txt", "made", 25.0)

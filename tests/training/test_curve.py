"""From a run's log to the points of a learning curve."""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from training import curve


def _log(folder: Path, count: int) -> None:
    rows = [
        {
            "step": 50 * n,
            "samples": 1600 * n,
            "score": 1.0 / n,
            "box": 2.0 / n,
            "rate": 0.001,
            "samples_per_s": 4.0,
            "cpu_s": 36.0,
        }
        for n in range(1, count + 1)
    ]
    (folder / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.mark.parametrize(("count", "points"), [(1, 1), (7, 7), (120, 120), (500, 120)])
def test_a_curve_ends_with_its_log_and_is_not_longer_than_it_need_be(
    tmp_path: Path, count: int, points: int
) -> None:
    _log(tmp_path, count)
    rows = curve.curve(curve.lines(tmp_path / "log.jsonl"))
    assert len(rows) == points
    assert (rows[-1]["step"], rows[-1]["samples"]) == (50 * count, 1600 * count)
    assert rows[-1]["cpu_hours"] == pytest.approx(count / 100, abs=1e-3)
    assert all(a["samples"] < b["samples"] for a, b in pairwise(rows))


def test_losses_of_a_point_are_means(tmp_path: Path) -> None:
    _log(tmp_path, 4)
    first, second = curve.curve(curve.lines(tmp_path / "log.jsonl"), points=2)
    assert (first["score"], second["score"]) == (0.75, pytest.approx((1 / 3 + 1 / 4) / 2, abs=1e-6))


def test_a_curve_is_added_beside_the_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _log(tmp_path, 3)
    measured = {"step": 100, "samples": 3200, "ap50": {"val, open licences": 52.8}}
    (tmp_path / "validation.jsonl").write_text(json.dumps(measured) + "\n")
    out = tmp_path / "figures.json"
    out.write_text(json.dumps({"detectors": {"ours": 1}, "curves": {"older": []}}))
    monkeypatch.setattr(sys, "argv", ["curve", "--run", str(tmp_path), "--name", "new", "--out", str(out)])
    curve.main()
    figures = json.loads(out.read_text())
    assert figures["detectors"] == {"ours": 1}
    assert list(figures["curves"]) == ["older", "new"]
    assert len(figures["curves"]["new"]["training"]) == 3
    assert figures["curves"]["new"]["validation"] == [measured]

from __future__ import annotations

import json
from pathlib import Path

import pytest

from passerby.app import bench
from support.stage import command
from support.video import write


@pytest.mark.slow
def test_the_processor_time_of_a_video(tmp_path: Path) -> None:
    video, page, figures = tmp_path / "hall.mp4", tmp_path / "performance.md", tmp_path / "bench.json"
    write(video, frames=50)
    answer = command("bench", video, "--turns", 1, "--docs", page, "--json", figures)
    assert answer.code == 0, answer.err
    (report,) = json.loads(figures.read_text("utf-8"))
    programs = [row[1] for row in report["tables"][0]["rows"]]
    assert programs[:2] == ["decode", "passerby"]
    assert {row[0] for row in report["tables"][1]["rows"]} >= {"decode", "network", "detect", "track", "rules"}
    assert page.read_text("utf-8").startswith("# Performance")


@pytest.mark.slow
def test_a_unit_with_live_cameras(tmp_path: Path) -> None:
    video, figures = write(tmp_path / "hall.mp4", frames=50), tmp_path / "bench.json"
    answer = command("bench", video, "--cameras", 2, "--processes", 2, "--seconds", 2, "--json", figures)
    assert answer.code == 0, answer.err
    (report,) = json.loads(figures.read_text("utf-8"))
    rows = {row[0]: row[1] for row in report["tables"][0]["rows"]}
    assert (rows["cameras"], rows["processes"]) == (2, 3)
    assert rows["decoded frames, slowest camera"] > 0
    assert rows["latency of a frame, 95th percentile"] > 0


@pytest.mark.slow
def test_rendering_and_measuring_are_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "SCENARIO_SIZES", ((320, 180),))
    answer = command("bench", "--cameras", 1, "--seconds", 2)
    assert answer.code == 0, answer.err
    assert {"rendering demo-180p", "measuring 1 live camera(s) for 2 s"} <= set(answer.err.splitlines())


def test_a_video_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    answer = command("bench", tmp_path / "none.mp4", "--turns", 1)
    assert answer.code == 3
    assert "none.mp4" in answer.err

"""The words on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from passerby.app.sim import app

RUN = CliRunner()


def test_list_names_the_library() -> None:
    rows = json.loads(RUN.invoke(app, ["list", "--json"]).stdout)
    assert len(rows) >= 20
    assert {"platform", "empty-night", "crowd-80"} <= {row["name"] for row in rows}


def test_render_writes_a_folder_and_says_what_to_do_next(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["render", "turns-back", "--seconds", "1", "--width", "256", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "passerby analyze" in done.output
    assert (tmp_path / "truth.json").is_file()


def test_several_cameras_get_a_folder_each(tmp_path: Path) -> None:
    words = ["render", "two-cameras", "--seconds", "0.2", "--width", "192", "--out", str(tmp_path), "--json"]
    done = RUN.invoke(app, words)
    assert [r["camera"] for r in json.loads(done.stdout)["recordings"]] == ["platform-1", "platform-2"]
    assert (tmp_path / "platform-2" / "unit.yaml").is_file()


def test_rendering_into_a_log_says_what_it_does(tmp_path: Path) -> None:
    words = ["render", "turns-back", "--seconds", "0.2", "--width", "192", "--out", str(tmp_path)]
    assert RUN.invoke(app, words).stderr.startswith("rendering passage-1\n")
    assert RUN.invoke(app, [*words, "--json"]).stderr == ""


def test_an_unknown_scenario_or_camera_is_a_usage_error(tmp_path: Path) -> None:
    assert RUN.invoke(app, ["render", "nowhere", "--out", str(tmp_path)]).exit_code == 2
    done = RUN.invoke(app, ["render", "platform", "--camera", "x", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "platform-1" in done.output


def test_a_moment_is_drawn_between_two_times(tmp_path: Path) -> None:
    words = ["render", "turns-back", "--width", "192", "--out", str(tmp_path), "--json", "--from-s", "1"]
    done = RUN.invoke(app, [*words, "--to-s", "1.2"])
    assert done.exit_code == 0, done.output
    one = json.loads(done.stdout)["recordings"][0]
    assert one["frames"] == 5
    for refused, culprit in ((["--to-s", "1"], "--from-s 1"), (["--to-s", "2", "--seconds", "1"], "--seconds")):
        done = RUN.invoke(app, [*words, *refused])
        assert done.exit_code == 2
        assert culprit in done.output

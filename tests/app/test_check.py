from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from passerby.app import check
from support.configured import EXAMPLE

app = typer.Typer()
app.command("check")(check.check)
app.command("other")(lambda: None)  # with a second command the first is called by its name


def _run(*arguments: str, password: str | None = "hunter2") -> Any:
    return CliRunner().invoke(app, ["check", *arguments], env={"CAM1_PASSWORD": password})


def _video(path: Path, wh: tuple[int, int]) -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=5)
        stream.width, stream.height = wh
        stream.pix_fmt = "yuv420p"
        for level in range(5):
            picture = np.full((wh[1], wh[0], 3), level * 40, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "bgr24")))
        out.mux(stream.encode())


def test_a_sound_unit_is_reported_in_plain_words() -> None:
    result = _run(str(EXAMPLE))
    assert result.exit_code == 0
    assert "rtsp://viewer:***@camera1/stream1" in result.stdout
    assert "platform: a person is faster than 2.3 m/s (minus 1 sd) for 1.0 s and 2 m -> warning" in result.stdout
    assert "track: a person is inside for 0.4 s -> alarm" in result.stdout
    assert result.stdout.endswith("No problems found.\n")
    assert "hunter2" not in result.output


def test_problems_are_lines_an_editor_can_jump_to(tmp_path: Path) -> None:
    path = tmp_path / "unit.yaml"
    path.write_text("station: s\nmodle: x\ncameras: [{name: a, source: 'rtsp://u:hunter2@h', zones: 3}]\n")
    result = _run(str(path))
    assert result.exit_code == 2
    first, second, count = result.stdout.splitlines()
    assert first.startswith(f"{path}:2: modle: unknown key (did you mean model?)")
    assert second == f"{path}:3: cameras[0].zones: a list is needed, got 3"
    assert count == "2 problems"
    assert "\x1b" not in result.output
    assert "hunter2" not in result.output


def test_json_of_a_sound_unit() -> None:
    result = _run(str(EXAMPLE), "--json")
    reported = json.loads(result.stdout)
    assert (result.exit_code, reported["ok"], reported["problems"]) == (0, True, [])
    assert reported["plan"]["cameras"][0]["source"] == "rtsp://viewer:***@camera1/stream1"
    assert len(reported["plan"]["cameras"][0]["rules"]) == 7


def test_json_of_a_broken_unit() -> None:
    result = _run(str(EXAMPLE), "--json", password=None)
    reported = json.loads(result.stdout)
    assert (result.exit_code, reported["ok"], reported["plan"]) == (2, False, None)
    assert reported["problems"] == [
        {
            "path": str(EXAMPLE),
            "line": 6,
            "key": "cameras[0].source",
            "what": "environment variable CAM1_PASSWORD is not set: export it before starting passerby",
        }
    ]


def test_the_schema_needs_no_configuration() -> None:
    result = _run("--schema")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["title"] == "passerby unit"


def test_nothing_to_check() -> None:
    result = _run()
    assert str(result.exception) == "give a configuration: passerby check unit.yaml"


def test_no_such_file(tmp_path: Path) -> None:
    result = _run(str(tmp_path / "none.yaml"))
    assert (result.exit_code, result.stdout.splitlines()[0]) == (2, f"{tmp_path}/none.yaml: no such file")


def test_zones_are_held_against_the_video_itself(tmp_path: Path) -> None:
    _video(tmp_path / "v.mp4", (64, 48))
    (tmp_path / "unit.yaml").write_text(
        "station: s\ncameras:\n- name: a\n  source: v.mp4\n"
        "  zones: [{name: z, polygon_px: [[0, 0], [64, 0], [64, 49]]}]\n"
    )
    result = _run(str(tmp_path / "unit.yaml"))
    assert result.exit_code == 2
    assert "corner (64, 49) is outside the picture of 64 x 48 px" in result.stdout


def test_a_file_that_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").write_text("not a video")
    (tmp_path / "unit.yaml").write_text("station: s\ncameras: [{name: a, source: v.mp4}]\n")
    result = _run(str(tmp_path / "unit.yaml"))
    assert result.exit_code == 2
    assert result.stdout.startswith(f"{tmp_path}/unit.yaml:2: cameras[0].source: ")


@pytest.mark.parametrize("markup", ["[red]station[/red]", "[/]"])
def test_a_name_in_brackets_is_shown_as_it_is(tmp_path: Path, markup: str) -> None:
    (tmp_path / "unit.yaml").write_text(f"station: '{markup}'\ncameras: [{{name: a, source: rtsp://h}}]\n")
    result = _run(str(tmp_path / "unit.yaml"))
    assert result.stdout.startswith(f"{markup}: detector embedded")


def test_the_name_of_a_model_to_pull_is_known(tmp_path: Path) -> None:
    path = tmp_path / "unit.yaml"
    path.write_text("station: s\nmodel: yolox-nano\ncameras: [{name: a, source: 'rtsp://h'}]\n")
    reported = _run(str(path))
    assert reported.exit_code == 0, reported.stdout
    path.write_text("station: s\nmodel: yolox-nan\ncameras: [{name: a, source: 'rtsp://h'}]\n")
    assert "did you mean yolox-nano?" in _run(str(path)).stdout

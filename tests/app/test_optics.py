"""`passerby optics` prints a table per camera, draws it on a redacted still, and refuses what it cannot answer."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest
from typer.testing import CliRunner

from passerby.app.cli import app
from passerby.contracts.errors import UsageError
from passerby.pixels import axes
from support import figures, stage, video

CAMERA = """
station: S
cameras:
  - name: north
    source: rtsp://127.0.0.1/1
    calibration: {height_m: 4, tilt_deg: 20, hfov_deg: 60}
  - name: bare
    source: rtsp://127.0.0.1/2
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "unit.yaml"
    path.write_text(CAMERA)
    return path


def test_the_table_as_json(config: Path) -> None:
    result = CliRunner().invoke(
        app, ["optics", str(config), "--camera", "north", "--size", "1920x1080", "--edition", "2025", "--json"]
    )
    assert result.exit_code == 0, result.output
    (answer,) = json.loads(result.stdout)
    assert answer["shown_px_per_m"] <= 62.6
    assert not answer["is_recognisable"]
    reach = {line["what"]: line["reach_m"] for line in answer["lines"]}
    assert reach["outline"] > reach["perceive"] > 3
    assert reach["scrutinise"] is None


def test_the_table_on_the_terminal(config: Path) -> None:
    result = CliRunner().invoke(app, ["optics", str(config), "--camera", "north", "--size", "1920x1080"])
    assert "north: 1920 x 1080 px" in result.stdout
    assert "identify" in result.stdout


REFUSED = [
    (("--camera", "north"), "give --size, for example 1920x1080"),
    (("--camera", "bare", "--size", "640x360"), "camera bare has no surveyed floor"),
    (("--camera", "east"), "--camera east: there is none; the configuration has north, bare"),
    (("--edition", "1999"), "--edition 1999: there are 2014, 2025"),
    (("--camera", "north", "--size", "wide"), "--size wide: write width and height"),
]


@pytest.mark.parametrize(("options", "says"), REFUSED)
def test_what_cannot_be_answered_is_refused_with_a_cure(config: Path, options: tuple[str, ...], says: str) -> None:
    result = CliRunner().invoke(app, ["optics", str(config), *options])
    assert isinstance(result.exception, UsageError)
    assert says in str(result.exception)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded camera with a substream, and a detector."""
    folder = tmp_path_factory.mktemp("optics")
    figures.film(folder / "main.mp4", (stage.PASSER,), 4.0, fps=8)
    video.write(folder / "sub.mp4", 2, wh=(160, 120))
    stage.unit(folder / "unit.yaml", {"source": str(folder / "main.mp4"), "substream": str(folder / "sub.mp4")})
    figures.model(folder / "colours.onnx")
    return folder


def test_the_picture_has_a_legend_and_belongs_to_the_user(made: Path, tmp_path: Path) -> None:
    arguments = (
        "optics",
        made / "unit.yaml",
        "--model",
        made / "colours.onnx",
        "--out",
        tmp_path / "out",
        "--json",
    )
    answer = stage.command(*arguments)
    assert (answer.code, answer.err) == (0, "")
    (found,) = json.loads(answer.out)
    path = tmp_path / "out" / "platform-1-optics.png"
    assert found["image"] == str(path)
    assert path.stat().st_mode & 0o077 == 0
    assert found["picture_wh"] == list(figures.WH)
    picture = cv2.imread(str(path))
    assert picture is not None
    bands = len(found["lines"]) + len(found["substream"]["lines"])
    # Beside the lines of the tables: the border of a face, and a note each on shown pictures and the substream.
    legend_px = axes.LINE_PX * (bands + 3)
    times = round(axes.WIDE_PX / figures.WH[0])
    assert picture.shape == (
        times * figures.WH[1] + axes.TOP_PX + legend_px,
        times * figures.WH[0] + axes.LEFT_PX,
        3,
    )


def test_the_substream_has_its_own_lines_and_is_judged(made: Path) -> None:
    answer = stage.command("optics", made / "unit.yaml", "--model", made / "colours.onnx")
    assert "people are found, in the substream" in answer.out
    assert "substream 160 x 120 px: " in answer.out
    assert "platform-1-optics.png" not in answer.out


def test_a_folder_with_other_files_is_refused(made: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    answer = stage.command("optics", made / "unit.yaml", "--out", tmp_path)
    assert answer.code == 2
    assert "mine.txt" in answer.err

"""`passerby optics` prints a table per camera, and refuses what it cannot answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from passerby.app.cli import app
from passerby.contracts.errors import UsageError

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

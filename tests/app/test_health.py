"""`passerby health` over a unit's results."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from passerby.app.health import health
from passerby.camera.outage import KIND
from passerby.contracts.errors import UsageError
from passerby.contracts.events import CameraStatus, Severity
from passerby.store.results import ResultsStore
from support.stored import HEALTH, an_end, an_event


def at(minute: int, camera: str = "platform-1", **more: object) -> object:
    return replace(HEALTH, camera=camera, from_s=60.0 * minute, utc=f"2026-03-01T07:{minute:02d}:00.000Z", **more)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lost = {"kind": KIND, "place": "", "severity": Severity.WARNING, "evidence": None}
    with ResultsStore(tmp_path) as store:
        store.write_records([at(1), at(2, "hall", state=CameraStatus.DOWN, fps=0.0, p95_ms=None), at(3, fps=7.5)])  # type: ignore[list-item]
        store.write_records([an_event("x", camera="hall", **lost), an_event("y", camera="platform-1", **lost)])
        store.write_records([an_end("y", 1, camera="platform-1", **lost)])
    return tmp_path


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command("health")(health)
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_the_newest_report_of_each_camera_with_its_open_faults(folder: Path) -> None:
    lines = run(folder).stdout.splitlines()
    assert lines[0].split()[:3] == ["camera", "time", "state"]
    assert lines[1].split() == [
        "hall",
        "2026-03-01",
        "07:02:00",
        "UTC",
        "down",
        "Camera",
        "lost",
        "0.0",
        "2",
        "0",
        "camera",
        "lost",
    ]
    assert lines[2].split() == ["platform-1", "2026-03-01", "07:03:00", "UTC", "live", "7.5", "2", "0", "42"]


@pytest.mark.parametrize(
    ("arguments", "minutes"),
    [
        ([], [2, 3]),
        (["--camera", "platform-1"], [3]),
        (["--since", "2026-03-01T07:00"], [2, 1, 3]),  # by camera, then by time
        (["--since", "2026-03-01T07:02"], [2, 3]),
        (["--until", "2026-03-01T07:02"], [1]),
    ],
)
def test_json_holds_every_field(folder: Path, arguments: list[str], minutes: list[int]) -> None:
    data = json.loads(run(folder, *arguments, "--json").stdout)
    assert [one["from_s"] / 60 for one in data["cameras"]] == minutes
    assert set(data["cameras"][0]) == set(type(HEALTH).__slots__)
    assert [fault["id"] for fault in data["open"]] == ([] if "--camera" in arguments else ["x"])


def test_a_mistyped_camera_is_refused_and_a_unit_that_just_started_says_so(tmp_path: Path, folder: Path) -> None:
    error = run(folder, "--camera", "hal").exception
    assert isinstance(error, UsageError)
    assert "there are hall, platform-1" in str(error)
    with ResultsStore(tmp_path / "new"):
        pass
    assert run(tmp_path / "new").stdout.startswith("No camera has reported its health yet. The first one comes")


def test_a_camera_without_a_report_has_a_row_with_its_state_and_faults(tmp_path: Path) -> None:
    lost = {"kind": KIND, "place": "", "severity": Severity.ALARM, "evidence": None}
    with ResultsStore(tmp_path) as store:
        store.write_records([an_event("x", camera="hall", **lost), an_event("y", camera="gate")])
    lines = run(tmp_path).stdout.splitlines()
    assert lines[1].split() == ["gate", "connecting", "no", "report", "so", "far"]
    assert lines[2].split() == ["hall", "down", "Camera", "lost", "camera", "lost"]
    assert "No camera has" in run(tmp_path, "--since", "2026-03-01T07:00").stdout
    assert json.loads(run(tmp_path, "--json").stdout)["cameras"] == []

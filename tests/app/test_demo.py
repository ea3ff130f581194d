"""The demo, whole: render, analyse, compare."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from passerby.app.cli import app
from passerby.app.demo_focus import FocusDemo
from passerby.contracts.errors import ModelError, UsageError
from passerby.vision.load import EMBEDDED, OURS
from support.fakes import ColourDetector


@pytest.mark.slow
@pytest.mark.skipif(not EMBEDDED.is_file(), reason="this build has no embedded person detector")
def test_demo_finds_who_stays_and_who_runs(tmp_path: Path) -> None:
    reported = CliRunner().invoke(app, ["demo", "--once", "--out", str(tmp_path), "--json"])
    assert reported.exit_code == 0, reported.stderr
    answer = json.loads(reported.stdout)
    assert answer["summary"]["frames"] == 750
    figures = {row["what"]: (row["true"], row["reported"]) for row in answer["figures"]}
    assert (figures["middle: in"][0], figures["middle: out"][0]) == (9, 4)
    assert figures["most people at once"] == (21, answer["summary"]["people_max"])
    assert figures["platform: entries"][0] == 26
    assert figures["platform: entries"][1] > 26, "a broken track enters again: docs/behaviours.md"
    found = {row["kind"]: row for row in answer["events"]}
    assert found["fast_movement"]["found"] == 1
    assert found["loitering"]["found"] == 1
    assert found.get("intrusion", {"false": 0})["false"] == 0
    for name in ("report.html", "events.jsonl", "zones.csv", "lines.csv", "redacted.mp4", "summary.json"):
        assert (tmp_path / "results" / name).stat().st_size > 0


@pytest.mark.slow
def test_a_lens_that_was_turned_is_sharp_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    FocusDemo(turned_s=9.0, seconds=120.0).play(ColourDetector(), tmp_path)
    reported = capsys.readouterr().out
    assert "camera_blurred" in reported
    assert "blurred: sharper, position 9 to" in reported


def test_a_port_in_use_is_one_sentence_and_leaves_no_folder(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        reported = CliRunner().invoke(app, ["demo", "--out", str(tmp_path / "out"), "--port", str(port)])
    assert isinstance(reported.exception, UsageError)
    assert "choose another port" in str(reported.exception)
    assert not (tmp_path / "out").exists()


def test_without_a_detector_the_demo_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OURS, "embedded", tmp_path / "none.onnx")
    reported = CliRunner().invoke(app, ["demo", "--out", str(tmp_path / "out")])
    assert isinstance(reported.exception, ModelError)
    assert "name one with --model" in str(reported.exception)
    assert not (tmp_path / "out").exists()

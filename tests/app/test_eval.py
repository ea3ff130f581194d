"""The commands of `passerby eval`: what they write and what they say where something lacks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from passerby.app.eval import app
from passerby.contracts.errors import StoreError, UsageError
from passerby.evals.tracking import score_tracks
from passerby.store.encode import event_line
from support.stage import unit
from support.stored import an_event


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    if result.exception is not None:
        raise result.exception
    return result.stdout


def test_sim_writes_table_json_and_page(tmp_path: Path) -> None:
    said = run("sim", "--scenario", "sways-on-line", "--seconds", "14", "--out", str(tmp_path))
    assert "line_crossing" in said
    assert said == (tmp_path / "eval.txt").read_text("utf-8")
    (report,) = json.loads((tmp_path / "eval.json").read_text("utf-8"))
    assert report["suite"] == "sim"
    assert report["settings"]["boxes"] == "of the ground truth"
    assert (tmp_path / "eval.html").read_text("utf-8").startswith("<!doctype html>")


def test_json_to_standard_output_is_json_alone(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(event_line(an_event("a")))
    (report,) = json.loads(run("budget", str(path), "--seconds", "86400", "--json", "-"))
    assert report["suite"] == "budget"


@pytest.mark.parametrize(
    ("words", "budget"),
    [
        ((), 0.46),
        (("--config", "unit.yaml"), 3.0),
        (("--budget", "7"), 7.0),
        (("--config", "unit.yaml", "--budget", "7"), 7.0),
    ],
)
def test_the_budget_is_the_options_or_the_units_or_the_usual(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], budget: float
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("events.jsonl").write_bytes(event_line(an_event("a")))
    unit(Path("unit.yaml"), {"source": "gone.mp4"}, alarms={"budget_per_camera_day": 3})
    (report,) = json.loads(run("budget", "events.jsonl", "--seconds", "86400", "--json", "-", *words))
    assert report["settings"]["budget"] == f"{budget:g} per day"
    assert report["aims"][0]["limit"] == budget


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("trajectories", "--data", "nowhere"), "no such file; this suite needs"),
        (("mot", "--detector", "truth", "--data", "nowhere"), "no labels; give"),
        (("sim", "--scenario", "nothing-like-it"), "no scenario 'nothing-like-it'"),
        (("detector", "--data", "nowhere/groundtruth"), "nowhere: no such folder of evaluation data"),
        (("detector", "--model", "person.onnx"), "write the file and its input size"),
        (("budget", "none.jsonl"), "the events cannot be read"),
    ],
)
def test_what_lacks_is_named(arguments: tuple[str, ...], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        run(*arguments)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    events = tmp_path / "events.jsonl"
    events.write_bytes(event_line(an_event("a")))
    with pytest.raises(StoreError, match="give another folder"):
        run("budget", str(events), "--seconds", "60", "--out", str(tmp_path / "file" / "x"))


def test_without_trackeval_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    import numpy as np

    monkeypatch.setitem(sys.modules, "trackeval.metrics", None)
    monkeypatch.setitem(sys.modules, "trackeval", None)
    with pytest.raises(UsageError, match=r"pip install 'passerby\[eval\]'"):
        score_tracks(np.zeros((0, 9)), [])

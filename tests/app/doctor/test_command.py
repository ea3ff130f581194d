"""`passerby doctor` as a user sees it, and what it gives away."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.app.doctor import cameras as cameras_module
from passerby.app.doctor import command
from passerby.app.doctor.cameras import cameras
from passerby.app.doctor.finding import Judgement, ok, problem
from passerby.contracts.errors import InputError
from passerby.contracts.urls import mask_url
from passerby.ingest.source import SourceInfo
from passerby.store.results import ResultsStore
from support import stage
from support.stored import HEALTH, an_event

SECRET = "rtsp://viewer:hunter2@10.1.2.3:554/stream1"


def answer(source: str) -> SourceInfo:
    if "10.1.2.3" in source:
        raise InputError(f"{mask_url(source)}: the camera refused the login (401)")
    return SourceInfo((320, 240), 25.0, "h264")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cameras_module, "_asked", answer)
    monkeypatch.setattr(command, "software", lambda *_: iter([ok("detector", "works")]))
    with ResultsStore(tmp_path / "out") as store:
        lost = replace(an_event("x"), kind="camera_lost", camera="north")
        store.write_records([replace(HEALTH, camera="south"), lost])
    names = ({"name": "north", "source": SECRET}, {"name": "south", "source": "rtsp://camera2/1"})
    stage.unit(tmp_path / "unit.yaml", *names, data_dir=str(tmp_path / "out"))
    return tmp_path


def test_each_camera_is_asked_and_a_cure_is_given(folder: Path) -> None:
    result = stage.command("doctor", folder / "unit.yaml")
    assert result.code == 1
    assert "camera south" in result.out
    assert "320x240 h264 at 25 frames/s" in result.out
    assert "no picture: the camera refused the login (401)" in result.out
    assert "check its power" in result.out
    assert "hunter2" not in result.out
    assert "1 problem." in result.out


def test_json_has_every_finding(folder: Path) -> None:
    result = stage.command("doctor", folder / "unit.yaml", "--json")
    data = json.loads(result.out)
    assert data["ok"] is False
    topics = [one["topic"] for one in data["findings"]]
    assert {"processor", "memory", "disk", "clock", "unit", "camera north", "camera south"} <= set(topics)
    assert all(one["cure"] for one in data["findings"] if one["judgement"] != "ok")


def test_without_a_configuration_the_machine_is_examined(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    result = stage.command("doctor")
    assert "no camera was asked" in result.out
    assert "camera north" not in result.out


def test_with_an_invalid_configuration_the_machine_is_examined_all_the_same(folder: Path) -> None:
    (folder / "bad.yaml").write_text("station: x\ncamera: []\n")
    result = stage.command("doctor", folder / "bad.yaml", "--out", folder / "out")
    assert result.code == 1
    assert "passerby check" in result.out
    assert "processor" in result.out


def test_a_picture_of_another_shape_is_a_problem() -> None:
    (one,) = cameras([stage.camera(source="rtsp://c/1")], lambda _: SourceInfo((1280, 720), None, "hevc"))
    assert one.finding.judgement is Judgement.PROBLEM
    assert "another shape than picture_px 320x240" in one.finding.what
    assert one.answer.fps is None


def test_a_bundle_is_shown_then_written_and_holds_only_what_is_listed(folder: Path) -> None:
    path = folder / "bundle.json"
    result = stage.command("doctor", folder / "unit.yaml", "--bundle", path, "--yes")
    assert path.read_text("utf-8") == result.out
    assert path.stat().st_mode & 0o077 == 0
    data = json.loads(result.out)
    assert set(data) == {"made_utc", "passerby", "packages", "findings", "cameras", "health", "faults"}
    answers = [(one["number"], one["codec"], one["wh"]) for one in data["cameras"]]
    assert answers == [(1, None, None), (2, "h264", [320, 240])]
    assert [(one["number"], one["fps"]) for one in data["health"]] == [(2, HEALTH.fps)]
    assert data["faults"] == {"camera_lost": 1}
    hidden = ("hunter2", "10.1.2.3", "viewer", "north", "south", "Riverside", "platform", str(folder), "401")
    assert [word for word in hidden if word in result.out] == []


def test_a_bundle_is_not_written_without_consent_nor_over_another_file(folder: Path) -> None:
    path = folder / "bundle.json"
    asked = stage.command("doctor", folder / "unit.yaml", "--bundle", path)
    assert asked.code == 2
    assert "add --yes" in asked.err
    assert not path.exists()
    path.write_text("mine")
    again = stage.command("doctor", folder / "unit.yaml", "--bundle", path, "--yes")
    assert (again.code, path.read_text()) == (2, "mine")
    assert stage.command("doctor", "--bundle", path, "--json").code == 2


def test_a_cure_that_several_cameras_share_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    command._print([problem(f"camera {name}", "no picture", "check its power") for name in ("a", "b", "c")])
    lines = capsys.readouterr().out.splitlines()
    assert sum("check its power" in line for line in lines) == 1
    assert sum("no picture" in line for line in lines) == 3
    assert "check its power" in lines[3], "after the last of them"

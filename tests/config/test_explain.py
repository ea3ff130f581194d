from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from passerby.config.check import load_checked
from passerby.config.explain import CameraPlan, Defaults, UnitPlan, plan
from support.configured import ENV, EXAMPLE, HEAD, camera, rule

DEFAULTS = Defaults(2.3, 1.75)


def _plan(folder: Path, text: str) -> UnitPlan:
    path = folder / "unit.yaml"
    path.write_text(text)
    return plan(load_checked(path, ENV), DEFAULTS)


def _camera(folder: Path, text: str) -> CameraPlan:
    return _plan(folder, text).cameras[0]


def test_the_example() -> None:
    reported = plan(load_checked(EXAMPLE, {"CAM1_PASSWORD": "hunter2"}), DEFAULTS)
    assert (reported.station, reported.model) == ("Riverside", "embedded")
    assert reported.cameras[0] == CameraPlan(
        name="platform-1",
        source="rtsp://viewer:***@camera1/stream1",
        pictures="8 per second",
        calibration="4 surveyed points",
        zones=("platform (platform, 4 corners)", "track (track, 4 corners)"),
        lines=("stairs",),
        rules=(
            "stairs: a person crosses, in or out -> info",
            "platform: a person is faster than 2.3 m/s (minus 1 sd) for 1.0 s and 2 m -> warning",
            "platform: a person stays longer than 60 s, absences up to 10 s are ignored -> warning",
            "track: a person is inside for 0.4 s -> alarm",
            "platform: 1.4 people per m2 or more for 10 s, until below 80% of that -> warning",
            "platform: a person moves against the direction of most people for 2.0 s and 3 m -> warning",
            "platform: a queue of 8 people or more for 10 s, until below 80% of that -> info",
        ),
        shown="people as silhouettes, at most 62.5 px per metre",
        notes=(),
    )
    assert "hunter2" not in json.dumps(asdict(reported)) + repr(reported)


@pytest.mark.parametrize(
    ("written", "reported"),
    [
        ("{kind: line_crossing, line: stairs, direction: in}", "stairs: a person crosses, in -> info"),
        (
            "{kind: fast_movement, zone: platform, severity: alarm}",
            "platform: a person is faster than 2.3 m/s (minus 1 sd) for 1.0 s and 2 m -> alarm",
        ),
        (
            "{kind: crowding, zone: platform, people: 30, clear_ratio: 0.5}",
            "platform: 30 people or more for 10 s, until below 50% of that -> warning",
        ),
        (
            "{kind: counter_flow, zone: platform, direction_px: [[500, 700], [600, 700]], min_people: 4}",
            "platform: 4 people move against its arrow for 2.0 s and 3 m -> warning",
        ),
        (
            "{kind: queue, zone: platform, head_px: [900, 600], length_m: 7.5}",
            "platform: a queue of 7.5 m or more for 10 s, until below 80% of that -> info",
        ),
    ],
)
def test_rules(tmp_path: Path, written: str, reported: str) -> None:
    assert _camera(tmp_path, rule(written)).rules == (reported,)


def test_on_stairs_fast_is_slower(tmp_path: Path) -> None:
    text = rule("{kind: fast_movement, zone: platform}").replace(
        "name: platform,", "name: platform, kind: stairs,"
    )
    assert _camera(tmp_path, text).rules[0].startswith("platform: a person is faster than 1.75 m/s")


@pytest.mark.parametrize(
    ("below", "reported"),
    [
        ("", "none"),
        (
            "calibration: {height_m: 3.5, tilt_deg: 30, hfov_deg: 90}",
            "camera 3.5 m up, looking 30 degrees down, lens 90 degrees wide",
        ),
        (
            "calibration: {height_m: 3.5, tilt_deg: 30, focal_px: 1200}",
            "camera 3.5 m up, looking 30 degrees down, lens 1200 px",
        ),
    ],
)
def test_calibrations(tmp_path: Path, below: str, reported: str) -> None:
    assert _camera(tmp_path, camera(below)).calibration == reported


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (HEAD, "no rules: people are counted, no events are raised"),
        (HEAD, "no calibration: no speeds and no densities"),
        (
            HEAD.replace("rtsp://c", "rtsp://u:p@c"),
            "the file contains the password: take it from the environment as ${NAME}",
        ),
        (
            camera("zones: [{name: z, polygon_px: [[0, 0], [9, 0], [9, 9]]}]").replace(
                "    picture_px: [1920, 1080]\n", ""
            ),
            "the picture size is unknown: with picture_px, all zones and lines can be checked",
        ),
    ],
)
def test_notes(tmp_path: Path, text: str, note: str) -> None:
    assert note in _camera(tmp_path, text).notes


def test_a_video_and_a_model_as_mapping(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").touch()
    (tmp_path / "m.onnx").touch()
    reported = _plan(
        tmp_path,
        "station: s\nmodel: {path: m.onnx, runtime: openvino, input_px: [640, 384], score: 0.4}\n"
        "cameras:\n- {name: a, source: v.mp4}\n- {name: b, source: v.mp4, analysis_fps: 5}\n",
    )
    assert reported.model == f"{tmp_path}/m.onnx, on openvino, input 640 x 384 px, boxes from score 0.4"
    assert [c.pictures for c in reported.cameras] == ["all of the file", "5 per second"]


@pytest.mark.parametrize(
    ("mode", "reported"),
    [
        ("silhouette", "people as silhouettes"),
        ("solid", "people as boxes"),
        ("schematic", "people as dots, no picture"),
    ],
)
def test_how_people_are_shown(tmp_path: Path, mode: str, reported: str) -> None:
    text = f"station: A\ncameras:\n  - {{name: a, source: 'rtsp://b/c', redaction: {{mode: {mode}}}}}\n"
    assert _camera(tmp_path, text).shown == reported

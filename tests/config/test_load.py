# ruff: noqa: E501  a row of a table is one line
from __future__ import annotations

from pathlib import Path

import pytest

from passerby.config.load import load as load_form
from passerby.contracts.config import Camera, ModelChoice, Unit
from passerby.contracts.errors import ConfigError
from support.configured import ENV, EXAMPLE, HEAD, PLATFORM, STAIRS, camera, load, rule, wrong

RULE_KEYS = "severity, cooldown_s, schedule, kind, zone"
KINDS = "line_crossing, fast_movement, loitering, intrusion, crowding, counter_flow, queue, left_object, fall, may_need_help"
UNIT_KEYS = ", ".join(Unit.model_fields)
CAMERA_KEYS = ", ".join(Camera.model_fields)


def test_the_example_loads() -> None:
    located = load_form(EXAMPLE, ENV)
    unit = located.unit
    assert [z.name for z in unit.cameras[0].zones] == ["platform", "track"]
    assert {r.kind for r in unit.cameras[0].rules} <= set(KINDS.split(", "))
    assert unit.cameras[0].source == "rtsp://viewer:correct%20horse@camera1/stream1"
    assert unit.data_dir == str(EXAMPLE.parent / "passerby-data")


def test_lines_are_those_of_the_file() -> None:
    marks = load_form(EXAMPLE, ENV).marks
    text = EXAMPLE.read_text().splitlines()
    assert text[(marks.line_of(("cameras", 0, "zones", 1)) or 0) - 1].lstrip().startswith("- {name: track")
    assert text[(marks.line_of(("cameras", 0, "rules", 1, "speed_mps")) or 0) - 1].endswith("hold_s: 1.0}")
    assert marks.line_of(("cameras", 0, "no", "such", 7)) == marks.line_of(("cameras", 0))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD + "modle: embedded\n", f"6: modle: unknown key (did you mean model?); known here: {UNIT_KEYS}"),
        (HEAD + "zones: []\n", f"6: zones: unknown key (it belongs to cameras[]); known here: {UNIT_KEYS}"),
        ("station: x\n", "1: cameras: is missing (the cameras; an empty list if they are added in the console of the running unit)"),
        ("station: x\ncameras: platform\n", '2: cameras: a list is needed, got "platform"'),
        ("station: x\ncameras:\n", "2: cameras: is empty: write a value"),
        ("station: 7\n" + HEAD[19:], '1: station: text is needed, got 7: put it in quotes, "7"'),
        ("station: ''\n" + HEAD[19:], "1: station: is empty: write at least one character"),
        (f"station: {'x' * 121}\n" + HEAD[19:], "1: station: is longer than 120 characters: shorten it"),
        ("? [a]\n: 1\n" + HEAD, "1: a key must be one plain word, not a list or a mapping"),
        ("1: 1\n" + HEAD, f"1: 1: unknown key; known here: {UNIT_KEYS}"),
        (HEAD + "model: !!python/name:os.system\n", "6: model: the tag !!python/name:os.system is not used in a configuration: remove it"),
        (HEAD + "model: !secret x.onnx\n", "6: model: the tag !secret is not used in a configuration: remove it"),
        (HEAD + "<<: 3\n", "6: << merges a mapping: write `<<: *name` with the name of a mapping marked with &name"),
        (HEAD + "station: Hill\n", "6: station: is repeated, first on line 1: remove one of the two"),
        (HEAD + "data_dir: ${NONE}\n", "6: data_dir: environment variable NONE is not set: export it before starting passerby"),
        (HEAD + "model: {path: embedded, score: 40}\n", "6: model.score: must be more than 0 and less than 1, got 40: if you mean 40 %, write 0.4"),
        (HEAD + "model: {path: 3}\n", '6: model.path: text is needed, got 3: put it in quotes, "3"'),
        (HEAD + "model: {input_px: [640]}\n", "6: model.input_px[1]: a number is missing"),
        (HEAD + "model: {input_px: [640, 640.5]}\n", "6: model.input_px[1]: a whole number of px is needed, got 640.5"),
        (HEAD + "model: [a]\n", "6: model: text is needed, got a list"),
        (HEAD + "model: {runtime: onnx}\n", '6: model.runtime: must be one of auto, onnxruntime, openvino, got "onnx" (did you mean onnxruntime?)'),
        (camera("zones: platform"), '6: cameras[0].zones: a list is needed, got "platform"'),
        (camera("zones: [platform]"), '6: cameras[0].zones[0]: `key: value` lines are needed here, got "platform"'),
        (camera("analysis_fps: 8 fps"), '6: cameras[0].analysis_fps: a number of frames/s is needed, got "8 fps": write 8, the unit is always frames/s'),
        (camera("analysis_fps: true"), "6: cameras[0].analysis_fps: a number of frames/s is needed, got true"),
        (camera("analysis_fps: .nan"), "6: cameras[0].analysis_fps: must be at least 0.01 and at most 60 frames/s, got nan"),
        (camera("analysis_fps: .inf"), "6: cameras[0].analysis_fps: must be at least 0.01 and at most 60 frames/s, got inf"),
        (camera("analysis_fps: [8]"), "6: cameras[0].analysis_fps: a number of frames/s is needed, got a list"),
        (camera("analysis_fps:\n  a: 1"), "6: cameras[0].analysis_fps: a number of frames/s is needed, got a mapping"),
        (camera("analysis_fps: ${CAM1_PASSWORD}"), "6: cameras[0].analysis_fps: a number of frames/s is needed; environment variables give text: write the number itself"),
        (camera("zone: []"), f"6: cameras[0].zone: unknown key (did you mean zones?); known here: {CAMERA_KEYS}"),
        (camera("zones:\n- {name: a/b, polygon_px: [[0, 0], [9, 0], [9, 9]]}"), '7: cameras[0].zones[0].name: "a/b" is not a valid name: begin with a letter or digit, then letters, digits, spaces, points, - and _'),
        (camera("zones:\n- {name: a, kind: platfrom, polygon_px: [[0, 0], [9, 0], [9, 9]]}"), '7: cameras[0].zones[0].kind: must be one of platform, edge, track, passage, stairs, hall, area, staff, got "platfrom" (did you mean platform?)'),
        (camera("zones:\n- name: a\n  polygon_px:\n  - [0, 0]\n  - [9, 0, 1]\n  - [9, 9]"), "10: cameras[0].zones[0].polygon_px[1]: needs 2 numbers, got 3"),
        (camera("zones:\n- name: a\n  polygon_px:\n  - [0, 0]\n  - [9]\n  - [9, 9]"), "10: cameras[0].zones[0].polygon_px[1][1]: a number is missing"),
        (camera("zones:\n- name: a\n  polygon_px:\n  - [0, 0]\n  - [9, x]\n  - [9, 9]"), '10: cameras[0].zones[0].polygon_px[1][1]: a number of px is needed, got "x"'),
        (camera("zones:\n- name: a\n  polygon: []"), "7: cameras[0].zones[0].polygon_px: is missing (three or more corners on the floor, in order, pixels)\n8: cameras[0].zones[0].polygon: unknown key: write polygon_px"),
        (camera("calibration: {height_m: 350, tilt_deg: 30, focal_px: 1000}"), "6: cameras[0].calibration.height_m: must be more than 0.5 and at most 50 m, got 350: if you mean 350 cm, write 3.5"),
        (camera("calibration: {height_m: 3.5, tilt_deg: 30}"), "6: cameras[0].calibration: give exactly one of focal_px and hfov_deg"),
        (camera("calibration: {}"), "6: cameras[0].calibration: give at least 4 points, or height_m and tilt_deg with focal_px or hfov_deg, or lengths, or people"),
        (rule("intrusion"), '15: cameras[0].rules[0]: `key: value` lines are needed here, got "intrusion"'),
        (rule("{zone: platform}"), f"15: cameras[0].rules[0]: kind is missing: write one of {KINDS}"),
        (rule("{kind: intrusionn, zone: platform}"), f"15: cameras[0].rules[0].kind: unknown kind of rule (did you mean intrusion?); the kinds are {KINDS}"),
        (rule("{kind: 3, zone: platform}"), f"15: cameras[0].rules[0].kind: unknown kind of rule; the kinds are {KINDS}"),
        (rule("{kind: intrusion}"), "15: cameras[0].rules[0].zone: is missing (name of one of the camera's zones)"),
        (rule("{kind: intrusion, zone: platform, hold_s: -1}"), "15: cameras[0].rules[0].hold_s: must be at least 0 and at most 60 s, got -1"),
        (rule("{kind: intrusion, zone: platform, dwell_s: 1}"), f"15: cameras[0].rules[0].dwell_s: unknown key (it belongs to rules of kind loitering); known here: {RULE_KEYS}, hold_s"),
        (rule("{kind: intrusion, zone: platform, intrusion: 1}"), f"15: cameras[0].rules[0].intrusion: unknown key; known here: {RULE_KEYS}, hold_s"),
        (rule("{kind: fast_movement, zone: platform, speed_kmh: 8}"), "15: cameras[0].rules[0].speed_kmh: unknown key: write speed_mps: 2.22, which is 8 kmh in m/s"),
        (rule("{kind: fast_movement, zone: platform, speed_mps: 2.3 m/s}"), '15: cameras[0].rules[0].speed_mps: a number of m/s is needed, got "2.3 m/s": write 2.3, the unit is always m/s'),
        (rule("{kind: fast_movement, zone: platform, speed_mps: 8 km/h}"), '15: cameras[0].rules[0].speed_mps: a number of m/s is needed, got "8 km/h": write 2.22, which is 8 km/h in m/s'),
        (rule('{kind: fast_movement, zone: platform, speed_mps: "2.3"}'), '15: cameras[0].rules[0].speed_mps: a number of m/s is needed, got "2.3": write 2.3, without quotes'),
        (rule("{kind: fast_movement, zone: platform, speed_mps: 40}"), "15: cameras[0].rules[0].speed_mps: must be more than 0 and at most 12 m/s, got 40: if you mean 40 km/h, write 11.11"),
        (rule("{kind: crowding, zone: platform}"), "15: cameras[0].rules[0]: give exactly one of density_per_m2 and people"),
        (rule("{kind: crowding, zone: platform, people: 2.5}"), "15: cameras[0].rules[0].people: a whole number of people is needed, got 2.5"),
    ],
)  # fmt: skip
def test_problems_of_form(tmp_path: Path, text: str, problem: str) -> None:
    assert wrong(tmp_path, text) == problem.split("\n")


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = camera(
        "zones:\n"
        "- {name: a, polygon_px: [[0, 0], [9, 0]]}\n"  # 7: meaning
        "- {name: b, colour: red, polygon_px: [[0, 0], [9, 9], [9, 0], [0, 9]]}\n"  # 8: form and meaning
        'lines: [{name: l, from_px: [0, 0], to_px: "${NONE}"}]\n'  # 9: environment, form
        "rules:\n"
        "- {kind: intrusion, zone: aa, hold_s: 2 s}\n"  # 11: form and meaning
        "- {kind: line_crossing, line: l}"  # its line is broken, not unknown: no blame here
    )
    found = [problem.split(": ")[:2] for problem in wrong(tmp_path, text)]
    assert found == [
        ["7", "cameras[0].zones[0].polygon_px"],
        ["8", "cameras[0].zones[1].colour"],
        ["8", "cameras[0].zones[1].polygon_px"],
        ["9", "cameras[0].lines[0].to_px"],
        ["11", "cameras[0].rules[0].hold_s"],
        ["11", "cameras[0].rules[0].zone"],
    ]


def test_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").touch()
    (tmp_path / "m.onnx").touch()
    text = "station: s\nmodel: {path: m.onnx}\ndata_dir: /var/lib/passerby\n" + (
        "cameras:\n- {name: a, source: v.mp4}\n" + f"- {{name: b, source: 'file://{tmp_path}/v.mp4'}}\n"
    )
    unit = load(tmp_path, text)
    assert [c.source for c in unit.cameras] == [str(tmp_path / "v.mp4")] * 2
    assert isinstance(unit.model, ModelChoice)
    assert unit.model.path == str(tmp_path / "m.onnx")
    assert unit.data_dir == "/var/lib/passerby"


def test_anchors_and_merges_save_typing(tmp_path: Path) -> None:
    text = camera(
        f"zones: [{PLATFORM}]\n"
        f"lines: [{STAIRS}]\n"
        "rules:\n"
        "- &quick {kind: intrusion, zone: platform, hold_s: 2}\n"
        "- {<<: *quick, hold_s: 3, severity: info}"
    )
    first, second = load(tmp_path, text).cameras[0].rules
    assert (first.kind, second.kind) == ("intrusion", "intrusion")
    assert second.model_dump() == first.model_dump() | {"hold_s": 3.0, "severity": "info"}


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a]\n",
        "a: &a {b: *a}\n",
        "a: &a\n  <<: *a\n",
        "l0: &l0 [x, x]\n" + "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]\n" for i in range(1, 12)),
        "a: " + "[" * 60 + "]" * 60 + "\n",
    ],
)
def test_what_unfolds_without_end_is_refused(tmp_path: Path, text: str) -> None:
    what = "the file has an excessive size: it contains too many values, nests too deeply or repeats aliases"
    path = tmp_path / "unit.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_form(path, {})
    assert [p.what for p in caught.value.problems] == [what]


@pytest.mark.parametrize(
    "where",
    [
        "station: ${S}\nstatoin: ${S}\n",
        "station: s\ndata_dir: ['${S}']\n",
        "station: s\nmodel: ${S}\n",
        "station: s\nmodel: ${S}.onnx\n",
        "station: s\nmodel: {runtime: '${S}', score: '${S}'}\n",
        "station: s\ncameras: ${S}\n",
        "station: s\ncameras: [{name: '/${S}', source: '${S}', analysis_fps: '${S}', picture_px: '${S}'}]\n",
        "station: s\ncameras: [{name: a, source: 'rtsp://u:${S}@a b/s'}]\n",
        "station: s\ncameras: [{name: a, source: 'ftp://u:${S}@h/s'}]\n",
        "station: s\ncameras: [{name: a, source: 'rtsp://h:99999/${S}'}]\n",
        "station: s\ncameras: [{name: a, source: 'rtsp:///${S}'}]\n",
        "station: s\ncameras: [{name: a, source: 'rtsp://u:hunter2@x@h/s'}, {name: b, source: 'http://u:hunter2@h'}]\n",
        "station: s\ncameras: [{name: a, source: 'u:hunter2@h/s', password: hunter2}, 'rtsp://u:hunter2@h']\n",
        "station: s\ncameras: [{name: a, source: x, rules: [{kind: '${S}'}, {kind: intrusion, zone: '/${S}'}]}]\n",
        "station: s\nmodel: {<<: {runtime: '${S}'}}\n",
        "station: s\ncameras: [{name: a, source: x, zones: [{name: '${S}', polygon_px: []}], rules: [{kind: intrusion, zone: b}]}]\n",
        "station: s\ncameras: [{name: '${S}', source: x}, {name: '${S}', source: x}]\n",
    ],
)
def test_no_secret_in_any_message(tmp_path: Path, where: str) -> None:
    found = wrong(tmp_path, where, {"S": "hunter2"})
    assert found
    assert "not valid YAML" not in found[0]
    assert not [problem for problem in found if "hunter2" in problem]


def test_no_secret_in_the_traceback(tmp_path: Path) -> None:
    path = tmp_path / "unit.yaml"
    path.write_text("station: s\ncameras: [{name: a, source: 'rtsp://u:${S}@h', fps: '${S}'}]\n")
    with pytest.raises(ConfigError, match="fps: unknown key") as caught:
        load_form(path, {"S": "hunter2"})
    chain: BaseException | None = caught.value
    while chain is not None:
        assert "hunter2" not in str(chain)
        chain = chain.__cause__ or chain.__context__


@pytest.mark.parametrize(
    ("number", "value"), [("8", 8.0), ("1e1", 10.0), ("0x10", 16.0), ("012", 12.0), ("1_0", 10.0), ("0o17", 15.0), ("+7", 7.0)]
)  # fmt: skip
def test_numbers_as_yaml_reads_them(tmp_path: Path, number: str, value: float) -> None:
    assert load(tmp_path, camera(f"analysis_fps: {number}")).cameras[0].analysis_fps == value


TIMES = [
    ("begins: 8:00", '"8:00" is not a time as HH:MM, 00:00 to 23:59: write 08:00'),
    ('ends: "24:00"', '"24:00" is not a time as HH:MM, 00:00 to 23:59: write 00:00'),
    ('ends: "22:30:00"', '"22:30:00" is not a time as HH:MM, 00:00 to 23:59: write 22:30'),
    ('ends: "25:00"', '"25:00" is not a time of day: write hours and minutes, for example 08:00'),
    ("begins: noon", '"noon" is not a time of day: write hours and minutes, for example 08:00'),
]


@pytest.mark.parametrize(("schedule", "sentence"), TIMES)
def test_a_time_of_day_is_not_called_a_name(tmp_path: Path, schedule: str, sentence: str) -> None:
    (found,) = wrong(tmp_path, rule(f"{{kind: intrusion, zone: platform, schedule: {{{schedule}}}}}"))
    assert found.endswith(sentence)

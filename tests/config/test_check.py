# ruff: noqa: E501  a row of a table is one line
from __future__ import annotations

from pathlib import Path

import pytest

from passerby.config.check import Probes, load_checked
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.errors import CalibrationError, InputError
from passerby.ground.geometry.plane import GroundPlane
from support.configured import EXAMPLE, PLATFORM, SQUARE, STAIRS, camera, load, rule, wrong


def _zones(*polygons: str) -> str:
    return camera("zones:\n" + "\n".join(f"- {{name: z{i}, polygon_px: {p}}}" for i, p in enumerate(polygons)))


def _points(*points: str) -> str:
    return camera("calibration:\n  points:\n" + "\n".join(f"  - {point}" for point in points))


A, B, C, D = (
    "{px: [412, 880], m: [0, 0]}",
    "{px: [1490, 871], m: [8, 0]}",
    "{px: [1206, 402], m: [8, 12]}",
    "{px: [655, 405], m: [0, 12]}",
)


def test_the_example_makes_sense() -> None:
    assert load_checked(EXAMPLE, {"CAM1_PASSWORD": "x"}).unit.station == "Riverside"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (_zones("[[0, 0], [9, 9]]"), '7: cameras[0].zones[0].polygon_px: zone "z0" needs at least 3 different corners, got 2'),
        (_zones("[]"), '7: cameras[0].zones[0].polygon_px: zone "z0" needs at least 3 different corners, got 0'),
        (_zones("[[0, 0], [9, 9], [0, 0], [9, 9]]"), '7: cameras[0].zones[0].polygon_px: zone "z0" needs at least 3 different corners, got 2'),
        (_zones("[[0, 0], [9, 9], [30, 30]]"), '7: cameras[0].zones[0].polygon_px: zone "z0" has no area: its corners are on one line'),
        (_zones("[[0, 0], [100, 100], [100, 0], [0, 100]]"), '7: cameras[0].zones[0].polygon_px: zone "z0" crosses itself near (50, 50): give the corners in order, walking around it once'),
        (_zones("[[0, 0], [50, 0], [50, 50], [80, 50], [50, 50], [0, 50]]"), '7: cameras[0].zones[0].polygon_px: zone "z0" crosses itself near (50, 50): give the corners in order, walking around it once'),
        (_zones("[[0, 0], [1921, 0], [0, 50]]"), '7: cameras[0].zones[0].polygon_px[1]: zone "z0": corner (1921, 0) is outside the picture of 1920 x 1080 px: x goes from 0 to 1920, y from 0 to 1080'),
        (_zones("[[0, 0], [9, 0], [0, -0.5]]"), '7: cameras[0].zones[0].polygon_px[2]: zone "z0": corner (0, -0.5) is outside the picture of 1920 x 1080 px: x goes from 0 to 1920, y from 0 to 1080'),
        (camera("analysis_fps: 1e-300"), "6: cameras[0].analysis_fps: must be at least 0.01 and at most 60 frames/s, got 1e-300"),
        (_zones("[[0.1, 0.9], [0.9, 0.9], [0.5, 0.2]]"), '7: cameras[0].zones[0].polygon_px: zone "z0" is smaller than a pixel: coordinates are pixels, not fractions of the picture'),
        (_zones("[[50, 300], [50.001, 300], [50, 300.001]]"), '7: cameras[0].zones[0].polygon_px: zone "z0" covers 0 px², too small for a person to stand in: draw it larger'),
        (_zones("[[0, 0], [5, 0], [5, 5], [0, 3]]").replace("[5, 5], [0, 3]", "[5, 3], [0, 3]"), '7: cameras[0].zones[0].polygon_px: zone "z0" covers 15 px², too small for a person to stand in: draw it larger'),
        (camera("lines: [{name: l, from_px: [0.1, 0.5], to_px: [0.9, 0.5]}]"), '6: cameras[0].lines[0].to_px: line "l" is shorter than two pixels: coordinates are pixels, not fractions of the picture'),
        (_points("{px: [0.2, 0.9], m: [0, 0]}", "{px: [0.8, 0.9], m: [8, 0]}", "{px: [0.7, 0.4], m: [8, 12]}", "{px: [0.3, 0.4], m: [0, 12]}"), "7: cameras[0].calibration.points: the points are within one pixel: px is in pixels, not in fractions of the picture"),
        (camera("calibration: {height_m: 3, hfov_deg: 70, lengths: [{px: [[0.1, 0.9], [0.4, 0.9]], m: 2}]}"), "6: cameras[0].calibration.lengths[0].px: the length is within the first pixel: coordinates are pixels, not fractions of the picture"),
        (rule("{kind: queue, zone: platform, head_px: [0.5, 0.6], length_m: 7}"), "15: cameras[0].rules[0].head_px: (0.5, 0.6) is within the first pixel: coordinates are pixels, not fractions of the picture"),
        (rule("{kind: counter_flow, zone: platform, direction_px: [[0.1, 0.9], [0.9, 0.9]]}"), "15: cameras[0].rules[0].direction_px: the arrow is within the first pixel: coordinates are pixels, not fractions of the picture"),
        (camera("lines: [{name: l, from_px: [5, 5], to_px: [5, 5.5]}]"), '6: cameras[0].lines[0].to_px: line "l" starts and ends at (5, 5.5): move one end'),
        (camera("lines: [{name: l, from_px: [5, 1081], to_px: [5, 5]}]"), '6: cameras[0].lines[0].from_px: line "l": (5, 1081) is outside the picture of 1920 x 1080 px: x goes from 0 to 1920, y from 0 to 1080'),
        (camera(f"zones:\n- {PLATFORM}\n- {PLATFORM}"), '8: cameras[0].zones[1].name: another zone has the name "platform", on line 7: give each zone its own name'),
        (camera(f"lines:\n- {STAIRS}\n- {STAIRS}"), '8: cameras[0].lines[1].name: another line has the name "stairs", on line 7: give each line its own name'),
        (camera("") + "  - {name: platform-1, source: rtsp://b/s}\n", '6: cameras[1].name: another camera has the name "platform-1", on line 3: give each camera its own name'),
        (camera("") + "  - {name: Platform-1, source: rtsp://b/s}\n", '6: cameras[1].name: "Platform-1" and "platform-1" on line 3 are one folder on disks that ignore case and final points: give each camera its own name'),
        (camera("") + f"  - {{name: {chr(0x10330) * 64}, source: rtsp://b/s}}\n", "6: cameras[1].name: takes more than 255 bytes as a folder: shorten it"),
        (_points(A, B, C, C), "11: cameras[0].calibration.points[3].px: (1206, 402) is the same point as on line 10: survey another one"),
        (_points(A, B, C, "{px: [655, 405], m: [8, 12]}"), "11: cameras[0].calibration.points[3].m: (8, 12) is the same point as on line 10: survey another one"),
        (_points(A, B, C, "{px: [655, 2000], m: [0, 12]}"), "11: cameras[0].calibration.points[3].px: (655, 2000) is outside the picture of 1920 x 1080 px: x goes from 0 to 1920, y from 0 to 1080"),
        (_points(A, B, C, "{px: [655, 405], m: [16, 0]}"), "7: cameras[0].calibration.points: too many points lie on one line: spread at least 4 over the floor, no 3 in a row"),
        (_points(A, B, "{px: [951, 875.5], m: [4, 0]}", "{px: [681.5, 877.75], m: [2, 0]}", C), "7: cameras[0].calibration.points: too many points lie on one line: spread at least 4 over the floor, no 3 in a row"),
        (_points(A, "{px: [1490, 871], m: [800, 0]}", "{px: [1206, 402], m: [800, 1200]}", "{px: [655, 405], m: [0, 1200]}"), "7: cameras[0].calibration.points: the points span 1200 m on the floor: m is in metres, not in cm or mm"),
        (rule("{kind: intrusion, zone: platfrom}"), '15: cameras[0].rules[0].zone: there is no zone "platfrom" (did you mean platform?); this camera has platform'),
        (rule("{kind: intrusion, zone: stairs}"), '15: cameras[0].rules[0].zone: "stairs" is a line, and intrusion needs a zone'),
        (rule("{kind: line_crossing, line: platform}"), '15: cameras[0].rules[0].line: "platform" is a zone, and line_crossing needs a line'),
        (camera("rules: [{kind: line_crossing, line: stairs}]"), '6: cameras[0].rules[0].line: there is no line "stairs": draw it under lines of this camera'),
        (rule("{kind: loitering, zone: platform, clock: departures}"), "15: cameras[0].rules[0].clock: there is no source of departures: draw a zone of kind track, or give departures for this camera"),
        (rule("{kind: fast_movement, zone: platform, speed_mps: 8}"), "15: cameras[0].rules[0].speed_mps: 8 m/s is 28.8 km/h, faster than people run in a station: if you mean 8 km/h, write 2.22"),
        (rule("{kind: fast_movement, zone: platform, speed_mps: 0.1}"), "15: cameras[0].rules[0].speed_mps: 0.1 m/s is slower than walking (about 1.3), so all people would count: write about 2.3"),
        (rule("{kind: intrusion, zone: platform}\n      - {zone: platform, kind: intrusion}"), "16: cameras[0].rules[1]: the same rule as on line 15: remove one of the two"),
        (rule("{kind: fast_movement, zone: platform}").replace(SQUARE, ""), "9: cameras[0].rules[0].kind: fast_movement measures m/s: give this camera a calibration"),
        (rule("{kind: crowding, zone: platform, density_per_m2: 1}").replace(SQUARE, ""), "9: cameras[0].rules[0].density_per_m2: density is counted per square metre: give this camera a calibration, or give people in place of density_per_m2"),
        (rule("{kind: crowding, zone: platform, density_per_m2: 1}").replace("[400, 700]", "[0, 0]"), '15: cameras[0].rules[0].density_per_m2: zone "platform" has no size in m2: corner (0, 0) is too far away or above the horizon: move it nearer, or give people'),
        ("station: s\nmodel: yolox.onnx\ncameras: [{name: a, source: rtsp://h}]", "2: model: no such model file: {dir}/yolox.onnx"),
        ("station: s\nmodel: {path: ./there}\ncameras: [{name: a, source: rtsp://h}]", "2: model.path: {dir}/there is a folder: give a model file in it"),
        ("station: s\nmodel: m.xml\ncameras: [{name: a, source: rtsp://h}]", "2: model: m.bin is missing beside m.xml: put it there"),
        ("station: s\nmodel: w.bin\ncameras: [{name: a, source: rtsp://h}]", "2: model: give the .xml file; the .bin beside it is found automatically"),
        ("station: s\nmodel: embeded\ncameras: [{name: a, source: rtsp://h}]", "2: model: there is no model embeded (did you mean embedded?): write embedded, or the path of an .onnx or .xml file"),
        *[
            (f"station: s\ncameras:\n- {{name: a, source: '{source}'}}", "3: cameras[0].source: " + what)
            for source, what in (
                ("v.mp4", "no such video file: {dir}/v.mp4"),
                ("there", "{dir}/there is a folder: give a video file in it"),
                ("x" * 300, "{dir}/" + "x" * 300 + " cannot be a path: give the path of a video file"),
                ("http://u:p@h/s", "http:// is not supported: give an rtsp:// or rtsps:// address, or the path of a video file"),
                ("file://host/v.mp4", "file:// is not supported: give an rtsp:// or rtsps:// address, or the path of a video file"),
                ("rtsp://", "this is not a complete address: write rtsp://user:password@host:554/path"),
                ("rtsp://u:p@/s", "this is not a complete address: write rtsp://user:password@host:554/path"),
                ("rtsp://a b/s", "this is not a complete address: write rtsp://user:password@host:554/path"),
                ("rtsp://h:port/s", "this is not a complete address: write rtsp://user:password@host:554/path"),
                ("rtsp:/u:p@h/s", "an RTSP address begins with rtsp:// and two slashes: write rtsp://user:password@host:554/path"),
                ("rtsp://h/s#1", 'an address ends at "#": write it as %23'),
                ("rtsp://h:70000/s", "port 70000 does not exist: ports go from 1 to 65535, RTSP's is 554"),
                ("rtsp://u:p@ss@h/s", 'a user or password contains "@", "/", "?" or "#": write these as %40, %2F, %3F and %23, or take it in a configuration from the environment as ${NAME}, which encodes it'),
                ("rtsp://u:p/ss@h/s", 'a user or password contains "@", "/", "?" or "#": write these as %40, %2F, %3F and %23, or take it in a configuration from the environment as ${NAME}, which encodes it'),
            )
        ],
    ],
)  # fmt: skip
def test_problems_of_meaning(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "m.xml").touch()
    (tmp_path / "w.bin").touch()
    found = wrong(tmp_path, text)
    assert problem.replace("{dir}", str(tmp_path)) in found
    assert len(found) <= 2  # a doubled calibration point is the same spot in px and in m


@pytest.mark.parametrize(
    "source", ["rtsp://h", "rtsps://u:p@h:322/s?a=1", "RTSP://192.0.2.7:554/", "rtsp://[2001:db8::7]:554/s"]
)
def test_sound_addresses(tmp_path: Path, source: str) -> None:
    assert load(tmp_path, f"station: s\ncameras: [{{name: a, source: '{source}'}}]").cameras[0].source == source


@pytest.mark.parametrize(
    "polygon",
    [
        "[[0, 0], [1920, 0], [1920, 1080], [0, 1080]]",  # the whole picture
        "[[0, 0], [9, 0], [9, 9], [0, 0]]",  # closed by repeating the first corner
        "[[0, 0], [9, 0], [9, 0], [9, 9]]",  # a corner clicked twice
        "[[9, 9], [9, 0], [0, 0]]",  # the other way round
    ],
)
def test_sound_zones(tmp_path: Path, polygon: str) -> None:
    assert not wrong(tmp_path, _zones(polygon))


def test_a_zone_and_a_line_may_share_a_name(tmp_path: Path) -> None:
    assert not wrong(tmp_path, camera(f"zones: [{PLATFORM}]\nlines: [{STAIRS.replace('stairs', 'platform')}]"))


def test_without_a_size_only_the_origin_is_known(tmp_path: Path) -> None:
    text = _zones("[[0, 0], [9000, 0], [-1, 9]]").replace("    picture_px: [1920, 1080]\n", "")
    what = 'zone "z0": corner (-1, 9) is outside the picture: x and y start at 0'
    assert wrong(tmp_path, text) == [f"6: cameras[0].zones[0].polygon_px[2]: {what}"]


def _file(below: str = "") -> str:
    return f"station: s\ncameras:\n- name: a\n  source: v.mp4\n  zones: [{PLATFORM}]\n{below}"


def _probing(wh: tuple[int, int]) -> Probes:
    return Probes(picture_wh=lambda _: wh)


def test_the_size_of_a_video_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").touch()
    found = wrong(tmp_path, _file(), probes=_probing((64, 200)))
    assert [problem.split(":")[1].strip() for problem in found] == [
        "cameras[0].zones[0].polygon_px[0]",
        "cameras[0].zones[0].polygon_px[1]",
        "cameras[0].zones[0].polygon_px[2]",
    ]
    assert not wrong(tmp_path, _file(), probes=_probing((1920, 1080)))


def test_coordinates_of_a_picture_of_another_shape(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").touch()
    what = "the coordinates were drawn on 1920 x 1080 px, but the source has 640 x 480 px with another aspect ratio: redraw them"
    text = _file("  picture_px: [1920, 1080]\n")
    assert wrong(tmp_path, text, probes=_probing((640, 480))) == [f"6: cameras[0].picture_px: {what}"]
    assert not wrong(tmp_path, text, probes=_probing((640, 360)))  # a smaller stream of the same picture


_SHAPE = "its pictures of 640 x 480 px have another aspect ratio than picture_px, 1920 x 1080 px: select another size in the camera's settings"


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("  picture_px: [1920, 1080]\n  substream: v.mp4\n", []),
        ("  picture_px: [1920, 1080]\n  substream: d1.mp4\n", [f"7: cameras[0].substream: {_SHAPE}"]),
        ("  picture_px: [1920, 1080]\n  substream: none.mp4\n", ["7: cameras[0].substream: no such video file: {dir}/none.mp4"]),
        ("  picture_px: [1920, 1080]\n  substream: http://h/s\n", ["7: cameras[0].substream: http:// is not supported: give an rtsp:// or rtsps:// address, or the path of a video file"]),
        ("  picture_px: [1920, 1080]\n  substream: rtsp://h/s\n", ["7: cameras[0].substream: give two addresses of a camera or two video files, in source and substream"]),
        ("  substream: v.mp4\n", ["3: cameras[0]: substream needs picture_px, the size of the picture in which zones, lines and points were drawn, because the two streams have different sizes"]),
    ],
)  # fmt: skip
def test_a_substream(tmp_path: Path, below: str, expected: list[str]) -> None:
    for name in ("v.mp4", "d1.mp4"):
        (tmp_path / name).touch()
    probes = Probes(picture_wh=lambda source: (640, 480) if "d1" in source else (1920, 1080))
    assert wrong(tmp_path, _file(below), probes=probes) == [
        line.replace("{dir}", str(tmp_path)) for line in expected
    ]


def test_a_video_that_cannot_be_read(tmp_path: Path) -> None:
    def broken(source: str) -> tuple[int, int]:
        raise InputError(f"{source}: this is no video")

    (tmp_path / "v.mp4").touch()
    assert wrong(tmp_path, _file(), probes=Probes(picture_wh=broken)) == [
        f"4: cameras[0].source: {tmp_path}/v.mp4: this is no video"
    ]


def test_an_error_of_a_probe_does_not_report_the_password(tmp_path: Path) -> None:
    def refused(source: str) -> tuple[int, int]:
        raise InputError(f"{source} refused")

    text = "station: s\ncameras: [{name: a, source: 'rtsp://u:${CAM1_PASSWORD}@h/s'}]"
    found = wrong(tmp_path, text, probes=Probes(picture_wh=refused))
    assert found == ["2: cameras[0].source: rtsp://u:***@h/s refused"]


def test_sources_are_left_alone_where_others_stand_in(tmp_path: Path) -> None:
    assert not wrong(tmp_path, _file(), probes=Probes(sources=False))


def test_what_the_fit_says_of_a_calibration_is_passed_on(tmp_path: Path) -> None:
    def refuse(_: Calibration, wh: tuple[int, int]) -> GroundPlane:
        raise CalibrationError(f"no floor in {wh}")

    found = wrong(tmp_path, _points(A, B, C, D), probes=Probes(calibrate=refuse))
    assert found == ["6: cameras[0].calibration: no floor in (1920, 1080)"]


def test_a_mounted_camera_without_a_size_is_not_judged(tmp_path: Path) -> None:
    def refuse(_: Calibration, wh: tuple[int, int]) -> GroundPlane:
        raise CalibrationError(f"no floor in {wh}")

    text = camera("calibration: {height_m: 4, tilt_deg: 30, hfov_deg: 90}")
    sizeless = text.replace("    picture_px: [1920, 1080]\n", "")
    assert len(wrong(tmp_path, text, probes=Probes(calibrate=refuse))) == 1
    assert not wrong(tmp_path, sizeless, probes=Probes(calibrate=refuse))

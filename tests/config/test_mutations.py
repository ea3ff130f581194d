"""Whatever is done to the example, it loads or is refused with problems that name a line of the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerby.config.check import load_checked
from passerby.contracts.config import Unit
from passerby.contracts.errors import ConfigError, Problem
from support.configured import ENV, EXAMPLE

TEXT = EXAMPLE.read_text(encoding="utf-8")
LINES = TEXT.splitlines(keepends=True)
TOKENS = [
    *"{}[]:,-#&*!|>'\"%@`?~ \t\n\0\\$0",
    *("<<: *a", "&a ", "*a", "!!", "---\n", "...\n", "${X}", "$$", "null", "true", ".nan", "1e999", "- ", "\x85"),
    *("${CAM1_PASSWORD}", "rtsp://", "@camera1"),
    *("%YAML 1.1\n---\n", "2020-01-01", "0x", "9" * 5000, "rtsp://u:p@h", "\ud83d\ude00", "kind", "name", "[]"),
]
UNLIKE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
SLOW = settings(max_examples=150, suppress_health_check=UNLIKE)


def _loads_or_is_refused(folder: Path, text: str) -> None:
    path = folder / "unit.yaml"
    path.write_bytes(text.encode("utf-8", "replace"))
    lines = len(text.splitlines()) + 1
    problems: tuple[Problem, ...] = ()
    try:
        assert isinstance(load_checked(path, ENV).unit, Unit)
    except ConfigError as error:
        problems = error.problems or (Problem("", None, "", "refused without a reason"),)
    assert all(p.path == str(path) and p.what and (p.line or 1) <= lines for p in problems)
    assert all(str(p).isprintable() for p in problems)
    assert not [p for p in problems if ENV["CAM1_PASSWORD"] in str(p)]


@SLOW
@given(at=st.integers(0, len(TEXT)), cut=st.integers(0, 12), token=st.sampled_from(TOKENS) | st.text(max_size=4))
def test_characters_replaced(tmp_path: Path, at: int, cut: int, token: str) -> None:
    _loads_or_is_refused(tmp_path, TEXT[:at] + token + TEXT[at + cut :])


@SLOW
@given(order=st.lists(st.integers(0, len(LINES) - 1), max_size=len(LINES) + 3))
def test_lines_dropped_doubled_and_shuffled(tmp_path: Path, order: list[int]) -> None:
    _loads_or_is_refused(tmp_path, "".join(LINES[i] for i in order))


@SLOW
@given(at=st.integers(0, len(LINES) - 1), by=st.integers(-4, 4))
def test_lines_moved_sideways(tmp_path: Path, at: int, by: int) -> None:
    moved = LINES[at][-by:] if by < 0 else " " * by + LINES[at]
    _loads_or_is_refused(tmp_path, "".join([*LINES[:at], moved, *LINES[at + 1 :]]))


@SLOW
@given(parts=st.lists(st.sampled_from([*TOKENS, "station", "cameras", "x"]), max_size=30))
def test_anything_that_looks_a_little_like_yaml(tmp_path: Path, parts: list[str]) -> None:
    _loads_or_is_refused(tmp_path, "".join(parts))


@pytest.mark.parametrize("raw", [bytes(range(256)), b"\xff\xfe" + TEXT.encode("utf-16-le"), b"\0" * 100])
def test_bytes_that_are_no_text(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "unit.yaml").write_bytes(raw)
    with pytest.raises(ConfigError):
        load_checked(tmp_path / "unit.yaml", ENV)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["${X}", "a: b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
SPOTS = [
    "station: {}\ncameras: [{{name: a, source: rtsp://h/s}}]",
    "station: s\ncameras: {}",
    "station: s\nmodel: {}\ncameras: [{{name: a, source: rtsp://h/s}}]",
    *(
        "station: s\ncameras: [{{name: a, source: rtsp://h/s, picture_px: [100, 100], " + rest + "}}]"
        for rest in (
            "calibration: {}",
            "calibration: {{points: {}}}",
            "calibration: {{points: [{{px: {}, m: [0, 0]}}]}}",
            "zones: {}",
            "zones: [{{name: z, polygon_px: {}}}]",
            "lines: [{{name: z, from_px: {}, to_px: [1, 1]}}]",
            "rules: {}",
            "rules: [{{kind: fast_movement, zone: a, speed_mps: {}}}]",
            "rules: [{{kind: {}, zone: a}}]",
        )
    ),
]


@SLOW
@given(spot=st.sampled_from(SPOTS), value=VALUES)
def test_any_value_in_any_place(tmp_path: Path, spot: str, value: object) -> None:
    written = json.dumps(value).replace("NaN", ".nan").replace("Infinity", ".inf")
    _loads_or_is_refused(tmp_path, spot.format(written))

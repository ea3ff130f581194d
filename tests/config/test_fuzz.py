"""Two thousand mutations of a configuration: each is a unit or a list of problems, and none takes long."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from passerby.app.check import DEFAULTS
from passerby.config.check import load_checked
from passerby.config.explain import plan
from passerby.contracts.errors import ConfigError, Problem
from support.configured import ENV

MUTATIONS, CPU_S = 2000, 30.0
UNIT = """\
station: Riverside
timezone: Europe/Paris
recording_mb: 100
cameras:
  - name: platform-1
    source: rtsp://viewer:${CAM1_PASSWORD}@camera1/stream1
    picture_px: [1920, 1080]
    analysis_fps: 8
    calibration: {height_m: 3.5, tilt_deg: 30, hfov_deg: 80}
    zones:
      - {name: platform, kind: platform, polygon_px: [[400, 700], [1500, 700], [1500, 1000]]}
    lines:
      - {name: stairs, from_px: [0, 800], to_px: [700, 800]}
    rules:
      - {kind: fast_movement, zone: platform, speed_mps: 2.3, hold_s: 1}
      - {kind: crowding, zone: platform, people: 20, schedule: {begins: "07:00", ends: "22:30"}}
      - {kind: line_crossing, line: stairs}
occupancy:
  - {name: hall, lines: [{camera: platform-1, line: stairs}], closed_at: "01:30"}
"""
NUMBERS = (
    "0",
    "-1",
    "1e-320",
    "1e308",
    "-1e308",
    ".nan",
    ".inf",
    "9" * 400,
    "0x" + "f" * 500,
    "1_0",
    "0o17",
    "1e999",
)
TEXTS = (
    *("", "null", "true", "[]", "{}", "~nosuchuser/v", "${X}", "$PW", "{PW}", "*a", "&a b", "<<", "!!set", "! x"),
    *("\t", "\0", "\x85", "\u2028", "\ud83d\ude00", "\ufeff", "'", '"', "|", ">", "%", "@", "`", "- ", ": ", "#"),
    *("x" * 3000, "[" * 200, "a/" * 300, "24:00", "8:00", "rtsp://", "file:///", "../..", "\udce9"),
)


def mutated(chance: random.Random) -> str:
    """One to three changes: a number, a word, a character, a line or the indentation."""
    text = UNIT
    for _ in range(chance.randint(1, 3)):
        lines = text.splitlines(keepends=True)
        at, line = chance.randrange(len(lines)), chance.choice(lines)
        place = chance.randrange(len(text))
        words = lines[at].replace("[", "[ ").replace("]", " ]").replace(",", " ,").replace("}", " }").split(" ")
        words[chance.randrange(len(words))] = chance.choice((*NUMBERS, *TEXTS))
        text = chance.choice(
            (
                "".join([*lines[:at], " ".join(words), *lines[at + 1 :]]),
                "".join([*lines[:at], line, *lines[at:]]),
                "".join([*lines[:at], *lines[at + 1 :]]),
                "".join([*lines[:at], " " * chance.randint(0, 9) + lines[at].lstrip(), *lines[at + 1 :]]),
                text[:place] + chance.choice((*NUMBERS, *TEXTS)) + text[place + chance.randint(0, 4) :],
            )
        )
    return text


def outcome(path: Path, text: str) -> str:
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    problems: tuple[Problem, ...] = ()
    try:
        plan(load_checked(path, ENV), DEFAULTS)
    except ConfigError as error:
        problems = error.problems or (Problem("", None, "", "refused without a reason\n"),)
    assert all(str(p).isprintable() and ENV["CAM1_PASSWORD"] not in str(p) for p in problems)
    assert all(len(p.what) < 1000 for p in problems)
    return "refused" if problems else "accepted"


def test_the_configuration_itself_is_sound(tmp_path: Path) -> None:
    assert outcome(tmp_path / "unit.yaml", UNIT) == "accepted"


def test_every_mutation_is_a_unit_or_a_list_of_problems(tmp_path: Path) -> None:
    chance, found, began_s = random.Random(20260301), {"accepted": 0, "refused": 0}, time.process_time()
    for number in range(MUTATIONS):
        text = mutated(chance)
        try:
            found[outcome(tmp_path / "unit.yaml", text)] += 1
        except Exception as error:
            pytest.fail(f"mutation {number} raised {error!r}:\n{text}")
    assert min(found.values()) > 50, "both happen"
    assert time.process_time() - began_s < CPU_S, "processor time, whatever else the machine does"

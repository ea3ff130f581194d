"""Configurations for tests: the documented example, and what is wrong with a text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from passerby.config.check import Probes, load_checked
from passerby.contracts.config import Unit
from passerby.contracts.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "docs" / "unit.example.yaml"
ENV = {"CAM1_PASSWORD": "correct horse"}

# A camera at the end of a file, so that tests can hang keys below it.
HEAD = """\
station: Riverside
cameras:
  - name: platform-1
    source: rtsp://camera1/stream1
    picture_px: [1920, 1080]
"""
PLATFORM = "{name: platform, polygon_px: [[400, 700], [1500, 700], [1500, 1000]]}"
STAIRS = "{name: stairs, from_px: [0, 0], to_px: [100, 0]}"
SQUARE = """\
    calibration:
      points:
        - {px: [412, 880], m: [0, 0]}
        - {px: [1490, 871], m: [8, 0]}
        - {px: [1206, 402], m: [8, 12]}
        - {px: [655, 405], m: [0, 12]}
"""


def camera(below: str) -> str:
    """A unit whose one camera has, from line 6 on, what `below` says."""
    return HEAD + "".join(f"    {line}\n" for line in below.splitlines())


def rule(what: str) -> str:
    """A unit with a calibrated platform and a line; on line 15 is the one rule `what`."""
    return HEAD + SQUARE + f"    zones: [{PLATFORM}]\n    lines: [{STAIRS}]\n    rules:\n      - {what}\n"


def load(folder: Path, text: str, env: Mapping[str, str] | None = None, probes: Probes | None = None) -> Unit:
    """The unit in `text`."""
    path = folder / "unit.yaml"
    path.write_text(text, encoding="utf-8")
    return load_checked(path, ENV if env is None else env, probes).unit


def wrong(
    folder: Path, text: str, env: Mapping[str, str] | None = None, probes: Probes | None = None
) -> list[str]:
    """Every problem of `text` as "line: key: what"."""
    try:
        load(folder, text, env, probes)
    except ConfigError as error:
        prefix = str(folder / "unit.yaml") + ":"
        return [str(p).removeprefix(prefix).strip() for p in error.problems]
    return []

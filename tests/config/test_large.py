# ruff: noqa: E501  a row of a table is one line
"""Checking takes time in proportion to the file, whatever is in it, and names as many problems as anybody reads.

Each text took minutes, or longer than the tests may, when the time grew with the square of its length.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from passerby.config.check import load_checked
from passerby.config.located import MOST_PROBLEMS
from passerby.contracts.errors import ConfigError
from support.configured import camera, wrong

UNIT = "station: s\ncameras: [{name: a, source: rtsp://h/s}]\n"
WORD = "x" * 200_000


def source(text: str) -> str:
    return f"station: s\ncameras: [{{name: a, source: '{text}'}}]\n"


LARGE = [
    (UNIT.replace("station: s", f"station: {WORD}"), "1: station: is longer than 120 characters", "a long word"),
    (UNIT + f"recording_mb: {'1' * 200_000}", "recording_mb: a whole number of MB is needed", "a long number"),
    (UNIT + f"recording_mb: 0x{'f' * 20_000}", "recording_mb: a whole number of MB is needed", "that Python cannot show"),
    (UNIT + f"recording_mb: '1 a{' ' * 200_000}b'", "recording_mb: a whole number of MB is needed", "blanks in a unit"),
    (source("rtsp://h " + "/" * 200_000), "source: this is not a complete address", "an address with slashes"),
    (source("rtsp://h/?" + "pass" * 50_000), "", "a query that nearly holds a password"),
    (source("rtsp://u:" + "${X}" * 50_000 + "@h"), "environment variable X is not set", "a variable over and over"),
    (source("".join(f"${{X{i}}}" for i in range(20_000))), "environment variable X99 is not set", "many variables"),
    (source(WORD), "source: ", "a long file name"),
    (UNIT + "k: 1\n" * 20_000, "5: k: is repeated, first on line 3", "one key over and over"),
    (UNIT + "x: [" + "!t b," * 20_000 + "]", "3: x[0]: the tag !t is not used", "many tags"),
    (
        "a0: &a0 {}\n" + "".join(f"a{i}: &a{i} {{<<: [{','.join([f'*a{i - 1}'] * 10)}]}}\n" for i in range(1, 12)),
        "the file has an excessive size",
        "merged mappings without content, ten to the eleventh of them",
    ),
    (
        camera(
            "zones:\n"
            + "".join(f"- {{name: z{i}, polygon_px: [[0, 0], [900, 0], [900, 900]]}}\n" for i in range(1500))
            + "rules:\n"
            + "".join(f"- {{kind: intrusion, zone: y{i}}}\n" for i in range(1500))
        ),
        "and 1488 more",
        "many rules in zones that are not there",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem", "why"), LARGE, ids=[row[2] for row in LARGE])
def test_a_large_file_is_checked_in_time(tmp_path: Path, text: str, problem: str, why: str) -> None:
    found = wrong(tmp_path, text, {})
    assert bool(found) == bool(problem), why
    assert any(problem in one for one in found) or not problem, (why, found[:3])
    assert max(map(len, found), default=0) < 1000, "a sentence is not as long as what it is about"


@pytest.mark.parametrize("what", ["keys", "cameras"])
def test_of_many_problems_the_first_are_named(tmp_path: Path, what: str) -> None:
    path, n = tmp_path / "unit.yaml", 45_000 if what == "keys" else 9000
    bad_keys = UNIT + "".join(f"k{i}: 1\n" for i in range(n))
    bad_cameras = "station: s\ncameras:\n" + "".join(f"- {{name: c{i}, soure: rtsp://h}}\n" for i in range(n))
    path.write_text(bad_keys if what == "keys" else bad_cameras)
    with pytest.raises(ConfigError) as caught:
        load_checked(path, {})
    *listed, last = caught.value.problems
    assert len(listed) == MOST_PROBLEMS
    assert [p.line for p in listed] == sorted(p.line or 0 for p in listed)
    assert listed[0].line == 3
    assert last.what == f"only {MOST_PROBLEMS} problems are listed: correct them first"

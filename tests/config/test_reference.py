from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from passerby.config.reference import page
from passerby.config.walk import walk

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "run: python -m passerby.config.reference > docs/configuration.md"


def test_the_command_named_in_the_page_prints_it() -> None:
    command = [sys.executable, "-m", "passerby.config.reference"]
    assert " ".join(command[1:]) in page()
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == page()


def test_every_key_has_a_row_with_a_meaning() -> None:
    rows = [line.split(" | ") for line in page().splitlines() if line.startswith("| `")]
    assert len(rows) == sum(len(model.model_fields) for model in {model for _, model in walk()})
    assert all(len(row) == 6 and len(row[5]) > 5 for row in rows)


def test_a_row_has_unit_range_and_default() -> None:
    row = next(line for line in page().splitlines() if line.startswith("| `click_sd_px`"))
    assert row.startswith("| `click_sd_px` | number | px | more than 0 and at most 50 | `2` | error of")


@pytest.mark.parametrize(
    ("key", "default"),
    [
        ("station", "must be given"),
        ("data_dir", "`passerby-data`"),
        ("retention", "its keys"),
        ("zones", "empty"),
        ("calibration", "off"),
        ("doors_quiet_s", "off"),
        ("analysis_fps", "automatic"),
        ("severity", "automatic"),
        ("density_per_m2", "depends"),
        ("height_m", "depends"),
        ("file", "depends"),
    ],
)
def test_a_key_without_a_default_value_says_what_happens_without_it(key: str, default: str) -> None:
    row = next(line for line in page().splitlines() if line.startswith(f"| `{key}` |"))
    assert row.split(" | ")[4] == default


def test_each_word_for_a_default_is_explained() -> None:
    rows = [line.split(" | ") for line in page().splitlines() if line.startswith("| `")]
    words = {row[4] for row in rows if not row[4].startswith("`")}
    assert all(f"| {word} | " in page() for word in words), words

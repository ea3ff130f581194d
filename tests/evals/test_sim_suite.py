"""The suite plays what it is given: scenarios of the library, and the user's own files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from passerby.contracts.errors import CalibrationError, UsageError
from passerby.evals import sim_suite as suite
from passerby.evals.play import Settings
from passerby.sim.library import SCENARIOS

OWN = """station: passage
title: One walks through
about: Nobody else is there.
seconds: 12
actors:
  - {name: walker, at: [2, 2.2], start_s: 0, script: [{do: go, to: [30, 2.2], speed_mps: 2.0}]}
"""


def rows(report: Any, title: str) -> list[dict[str, Any]]:
    (table,) = (t for t in report.tables if t.title == title)
    return [dict(zip(table.heads, row, strict=True)) for row in table.rows]


def test_a_file_of_ones_own_is_played_even_where_it_has_a_librarys_name(tmp_path: Path) -> None:
    assert (SCENARIOS / "counting.yaml").is_file()
    own = tmp_path / "counting.yaml"
    own.write_text(OWN)
    (row,) = rows(suite.sim_suite(Settings(), [str(own)]), "Scenarios")
    assert (row["scenario"], row["s"]) == ("counting", 12), "the library's takes longer"


def test_nothing_to_play_is_an_error_and_no_empty_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise CalibrationError("its floor is not known")

    monkeypatch.setattr(suite, "play", refuse)
    with pytest.raises(
        UsageError, match="no scenario could be played; counting, passage-1: its floor is not known"
    ):
        suite.sim_suite(Settings(), ["counting"])


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UsageError, match="no scenario 'nothing'"):
        suite.sim_suite(Settings(), ["nothing"])

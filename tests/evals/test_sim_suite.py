"""The suite plays what it is given: scenarios of the library, and the user's own files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from passerby.contracts.errors import CalibrationError, UsageError
from passerby.evals import sim_suite as suite
from passerby.evals import workers
from passerby.evals.play import PlaySettings, play
from passerby.sim.library import SCENARIOS, load_scenario

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
    (row,) = rows(suite.sim_suite(PlaySettings(), [str(own)]), "Scenarios")
    assert (row["scenario"], row["s"]) == ("counting", 12), "the library's takes longer"


LEFT = """station: passage
title: A bag is left
about: With exact boxes there is no picture in which it could be seen.
seconds: 40
actors:
  - {name: owner, at: [9, 2.2], start_s: 0, script: [{do: wait, seconds: 2}, {do: drop_bag}, {do: wait, seconds: 3}, {do: leave, portal: far}]}
cameras:
  - {name: passage-1, rules: [{kind: left_object, zone: passage, still_s: 20}]}
"""  # noqa: E501


def test_what_only_a_picture_shows_is_not_judged_without_one(tmp_path: Path) -> None:
    own = tmp_path / "left.yaml"
    own.write_text(LEFT)
    report = suite.sim_suite(PlaySettings(), [str(own)])
    (row,) = rows(report, "Scenarios")
    assert (row["events true"], row["missed"], row["which"]) == (0, 0, "not evaluated: left_object at 2 s")
    (kind,) = rows(report, "Events")
    assert (kind["event"], kind["true"], kind["recall"]) == ("left_object", 0, None)
    assert "1 left_object" in report.notes[-1]


def test_who_puts_a_thing_down_hides_it_until_they_go(tmp_path: Path) -> None:
    own = tmp_path / "left.yaml"
    own.write_text(LEFT)
    scenario = load_scenario(str(own))
    (ideal,) = play(scenario, "passage-1", PlaySettings()).unscored
    assert ideal.began_s == pytest.approx(2.0, abs=0.1)
    assert ideal.bared_s is not None
    assert 5.5 <= ideal.bared_s <= 6.5, "three seconds of waiting, and a metre of walking"


def test_nothing_to_play_is_an_error_and_no_empty_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise CalibrationError("its floor is not known")

    monkeypatch.setattr(workers, "play", refuse)
    with pytest.raises(
        UsageError, match="no scenario could be played; counting, passage-1: its floor is not known"
    ):
        suite.sim_suite(PlaySettings(), ["counting"])


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UsageError, match="no scenario 'nothing'"):
        suite.sim_suite(PlaySettings(), ["nothing"])


def test_several_seeds_are_added_up(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    report = suite.sim_suite(PlaySettings(), [str(tmp_path / "own.yaml")], seeds=(3, 4, 5))
    (row,) = rows(report, "Scenarios")
    assert row["s"] == 36, "12 s with each of three seeds"
    assert dict(report.settings)["seed"] == "3 seeds, 3 to 5"
    speed = next(aim for aim in report.aims if aim.key == "exact.speed.mae")
    assert speed.figure is not None
    assert speed.interval is not None
    assert speed.interval[0] <= speed.figure <= speed.interval[1]

"""Cells, tables, aims and JSON as people and programs get them."""

from __future__ import annotations

import json

import pytest

from passerby.evals.result import Aim, Cell, Report, Table
from passerby.evals.text import aims_table, as_data, as_markdown, as_text, markdown_table, shown


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0.0, "0"),
        (0.05432, "0.0543"),
        (1.0, "1"),
        (12345.6, "12346"),
        (-0.25, "-0.25"),
        (7, "7"),
        ("gate", "gate"),
    ],
)
def test_a_cell_has_three_digits_that_matter(cell: Cell, text: str) -> None:
    assert shown(cell) == text


@pytest.mark.parametrize(
    ("limit", "figure", "least", "verdict"),
    [
        (0.05, 0.05, False, "reached"),
        (0.05, 0.051, False, "missed"),
        (0.01, -0.02, False, "missed"),  # a bias may be off to either side
        (0.95, 0.96, True, "reached"),
        (0.95, 0.94, True, "missed"),
        (0.95, None, True, "not measured"),
        (0.95, float("nan"), True, "not measured"),
    ],
)
def test_an_aim_says_whether_it_was_reached(limit: float, figure: float | None, least: bool, verdict: str) -> None:
    assert Aim("k", "what", limit, figure, least=least).verdict == verdict


def report() -> Report:
    table = Table("Events", ("kind", "F1"), (("a|b", 0.5), ("c", None)), "How to read it.")
    aims = (Aim("x.f1", "F1", 1.0, 0.5, least=True, worst="scene 3"), Aim("x.ok", "error", 1.0, float("nan")))
    return Report("x", "Title", (("boxes", "exact"),), (table,), aims=aims, refused=("scene 9: no floor",))


def test_markdown_escapes_bars() -> None:
    assert markdown_table(report().tables[0]).splitlines() == [
        "| kind | F1 |",
        "| --- | --- |",
        "| a\\|b | 0.5 |",
        "| c | – |",
    ]


def test_a_missed_aim_gets_its_reason_and_a_reached_one_none() -> None:
    rows = aims_table(report().aims, {"x.f1": "Because.", "x.ok": "Never shown."}).rows
    assert rows[0] == ("F1", "≥ 1", 0.5, "missed", "Because. Worst: scene 3.")
    assert rows[1][3:] == ("not measured", "")
    assert aims_table(report().aims, {}).rows[0][4] == "Not explained yet. Worst: scene 3."


def test_an_interval_stands_beside_its_figure() -> None:
    aim = Aim("x.mae", "MAE", 0.05, 0.0491, "m/s", interval=(0.0472, 0.0511))
    assert aims_table([aim]).rows[0][:3] == ("MAE", "≤ 0.05 m/s", "0.0491, 0.0472 to 0.0511")


def test_json_has_no_nan_and_the_verdicts() -> None:
    data = json.loads(json.dumps(as_data(report()), allow_nan=False))
    assert data["settings"] == {"boxes": "exact"}
    assert [(a["key"], a["verdict"], a["figure"]) for a in data["aims"]] == [
        ("x.f1", "missed", 0.5),
        ("x.ok", "not measured", None),
    ]


def test_text_and_markdown_report_everything() -> None:
    for text in (as_text(report()), as_markdown(report())):
        for part in ("Title", "boxes exact", "Events", "How to read it.", "refused: scene 9: no floor"):
            assert part in text

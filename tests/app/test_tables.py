"""What a table on the terminal lets through."""

from __future__ import annotations

import pytest

from passerby.app.tables import print_rows, printable
from passerby.charts.wording import THIN, lasting

TEXTS = [
    ("platform 1", "platform 1", "plain text"),
    ("quai n° 3 – Zürich 東京", "quai n° 3 – Zürich 東京", "names of other countries"),
    (f"12{THIN}min", f"12{THIN}min", "our own way of writing figures"),
    ("\x1b[2Jgone", "\N{REPLACEMENT CHARACTER}[2Jgone", "would clear the screen"),
    ("a\nb\tc", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c", "would break the row"),
    ("\N{RIGHT-TO-LEFT OVERRIDE}lrac", "\N{REPLACEMENT CHARACTER}lrac", "would turn the line round"),
]


@pytest.mark.parametrize(("text", "shown", "why"), TEXTS, ids=[t[2] for t in TEXTS])
def test_text_cannot_steer_the_terminal(text: str, shown: str, why: str) -> None:
    assert printable(text) == shown, why


def test_a_figure_of_ours_is_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(("lasted", "alarms"), [(lasting(754.0), 2)], "No alarm.")
    assert f"12{THIN}min 34{THIN}s" in capsys.readouterr().out


def test_no_row_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(("time",), [], "No alarm.")
    assert capsys.readouterr().out == "No alarm.\n"

"""The page: well-formed, alone, and with what the reports say."""

from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

import pytest

from passerby.charts.svg import html
from passerby.evals.page import draw, page
from passerby.evals.publish import read_reasons
from passerby.evals.result import Aim, Chart, Report, Series, Table

TABLE = Table("Events", ("kind",), (("<b>",),))


def test_nothing_comes_from_elsewhere() -> None:
    chart = Chart(
        "Error", "m/s", ("near", "far"), (Series("MAE", (0.1, None)), Series("bias", (-0.02, 0.0))), aim=0.05
    )
    text = page(
        "Accuracy", [Report("x", "T", (("a", "b"),), (TABLE,), (chart,), (Aim("k", "w", 1, 2.0),), ("n",))]
    )
    assert "<script" not in text
    assert not re.search(r"(?:src|href)=|url\(|http", text)
    assert "&lt;b&gt;" in text
    assert 'class="missed"' in text


@pytest.mark.parametrize(
    ("values", "bars"), [((0.1, 0.2), 2), ((0.1, None), 1), ((None, None), 0), ((-0.3, 0.0), 2)]
)
def test_a_chart_has_a_bar_per_value(values: tuple[float | None, ...], bars: int) -> None:
    drawn = fromstring(html(draw(Chart("t", "", ("a", "b"), (Series("s", values),)))))
    assert len([r for r in drawn.iter("rect") if r.find("title") is not None]) == bars
    for rect in drawn.iter("rect"):
        assert float(rect.get("height", "0")) > 0


def test_reasons_are_lines_of_key_and_sentence() -> None:
    assert read_reasons("# no\n\na.b: It is so: always.\n") == {"a.b": "It is so: always."}

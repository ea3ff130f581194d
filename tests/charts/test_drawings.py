"""The drawings themselves: what is where, and that nothing is drawn that was not there."""

from __future__ import annotations

import math
import re
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.charts.flows import flows
from passerby.charts.heatmap import heat_map, levels
from passerby.charts.histogram import histogram
from passerby.charts.occupancy import occupancy
from passerby.charts.plot import time_labels
from passerby.charts.speeds import speeds
from passerby.charts.svg import el, html, written
from passerby.charts.timeline import TimelineMark, timeline
from passerby.charts.wording import THIN
from passerby.contracts.events import Severity
from passerby.contracts.results import History, LineSeries
from support.reported import WH, heat, history

NAN = math.nan


def classed(svg: Element, css: str) -> list[Element]:
    return [e for e in svg.iter() if css in (e.get("class") or "").split()]


def numbers(text: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", text)]


@pytest.mark.parametrize(
    ("values", "lines", "gaps"),
    [
        ((1.0, 2.0, 3.0), 1, 0),
        ((1.0, NAN, NAN, 3.0), 2, 1),  # one hole splits the line in two
        ((NAN, 1.0, NAN), 1, 2),  # one bucket alone is still drawn
        ((NAN, NAN), 0, 1),
        ((), 0, 0),
        ((0.0,), 1, 0),
    ],
)
def test_no_picture_is_a_gap_and_not_a_zero(values: tuple[float, ...], lines: int, gaps: int) -> None:
    chart = occupancy(values, 5.0, 20.0, "people", high=3.0)
    assert len(classed(chart, "line")) == lines
    assert len(classed(chart, "gap")) == gaps
    assert "nan" not in html(chart)


@given(st.lists(st.one_of(st.floats(0, 1e5), st.just(NAN)), max_size=60), st.floats(0.1, 1e4))
def test_everything_drawn_is_on_the_paper(values: list[float], seconds: float) -> None:
    chart = occupancy(
        values, 5.0, seconds, "people", high=max([v for v in values if not math.isnan(v)], default=0)
    )
    for path in classed(chart, "line"):
        points = numbers(path.get("d") or "")
        assert all(0 <= x <= 1000 for x in points[::2])
        assert all(0 <= y <= 168 for y in points[1::2])


def test_a_long_recording_stays_small() -> None:
    day = tuple(np.random.default_rng(1).uniform(0, 9, 86_400))
    assert len(html(occupancy(day, 1.0, 86_400.0, "people", high=9.0))) < 60_000


def test_a_line_has_a_bar_per_busy_bucket_in_above_out_below() -> None:
    line = LineSeries("stairs", (0, 0), (9, 9), (3, 0, 1, 0), (0, 0, 2, 2))
    chart = flows(line, 2, 20.0, 40.0, "stairs")
    into, out = classed(chart, "in"), classed(chart, "out")
    assert [t.text for bar in into for t in bar] == ["00:00: 3 in", "00:20: 1 in"]
    assert [t.text for bar in out for t in bar] == ["00:20: 4 out"]
    middle = 62.0
    assert all(float(b.get("y") or 0) + float(b.get("height") or 0) == pytest.approx(middle) for b in into)
    assert all(float(b.get("y") or 0) == pytest.approx(middle) for b in out)


def test_speeds_show_the_usual_walk_and_close_an_open_edge() -> None:
    chart = speeds((0.0, 1.0, 2.0, math.inf), (5.0, 9.0, 1.0), "speeds")
    assert len(classed(chart, "bar")) == 3
    (norm,) = classed(chart, "norm")
    assert float(norm.get("x") or 0) == pytest.approx(1000 * (1.34 - 0.26) / 3, abs=0.01)
    assert float(norm.get("width") or 0) == pytest.approx(1000 * 2 * 0.26 / 3, abs=0.01)


@pytest.mark.parametrize(
    ("top", "edges"),
    [
        (83.0, (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)),
        (50.0, (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)),  # the hottest cell may lie on the edge
        (0.3, (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)),
        (0.0, ()),
    ],
)
def test_heat_steps_are_1_2_5(top: float, edges: tuple[float, ...]) -> None:
    assert levels(np.array([[0.0, top]])) == pytest.approx(edges)


def test_heat_covers_each_warm_cell_once_and_no_cold_one() -> None:
    grid = np.array([[0.0, 60.0, 60.0, 3.0], [0.0, 0.0, np.nan, 100.0]])
    run = History(5.0, (), (), (), grid, (), ())
    found: dict[tuple[int, int], int] = {}
    for level in range(1, 7):
        for path in classed(heat_map(run, WH, None, "heat"), f"h{level}"):
            for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", path.get("d") or ""):
                found |= {(int(y), int(x) + i): level for i in range(int(width))}
    assert found == {(0, 1): 5, (0, 2): 5, (0, 3): 1, (1, 3): 6}


def test_the_heat_map_draws_zones_and_lines_over_the_picture() -> None:
    run = history()
    chart = heat_map(run, WH, "data:image/jpeg;base64,AA", "heat")
    assert [i.get("href") for i in chart.iter("image")] == ["data:image/jpeg;base64,AA"]
    assert len(classed(chart, "zone")) == len(run.zones)
    assert len(classed(chart, "count")) == len(run.lines)
    assert {t.text for t in chart.iter("text")} == {"platform", "stairs", "track", "stairs up", "hall"}
    assert len(html(chart)) < 20_000


@pytest.mark.parametrize(
    ("from_px", "to_px", "way"),
    [
        ((100.0, 300.0), (500.0, 300.0), (0, 1)),  # walking right, the right hand is below
        ((500.0, 300.0), (100.0, 300.0), (0, -1)),
        ((300.0, 100.0), (300.0, 500.0), (-1, 0)),  # walking down, it is to the left
    ],
)
def test_the_arrow_points_in(
    from_px: tuple[float, float], to_px: tuple[float, float], way: tuple[int, int]
) -> None:
    line = LineSeries("hall", from_px, to_px, (), ())
    (arrow,) = classed(heat_map(History(1.0, (), (), (line,), heat(), (), ()), WH, None, ""), "way")
    x1, y1, x2, y2 = (float(arrow.get(n) or 0) for n in ("x1", "y1", "x2", "y2"))
    assert (np.sign(round(x2 - x1)), np.sign(round(y2 - y1))) == way


def test_the_timeline_has_a_lane_per_kind_and_links_to_the_cards() -> None:
    marks = [
        *(TimelineMark("Line crossing", Severity.INFO, 40.0 * i, None, "", f"#e-{i}") for i in range(14)),
        TimelineMark("Loitering", Severity.WARNING, 190.0, 602.0, ""),
        TimelineMark("Loitering", Severity.WARNING, 1100.0, 1260.0, ""),
        TimelineMark(
            "Intrusion", Severity.ALARM, 300.0, 290.0, ""
        ),  # an end before its start is drawn as a moment
    ]
    chart = timeline(marks, 1260.0)
    names = [e.text for e in classed(chart, "name")]
    assert names == ["Line crossing, 14 events", "Loitering, 2 events", "Intrusion, 1 event"]
    assert len(classed(chart, "mark")) == len(marks)
    assert [a.get("href") for a in chart.iter("a")] == [f"#e-{i}" for i in range(14)]
    for bar in (bar for mark in classed(chart, "mark") for bar in mark.iter("rect")):
        right = sum(float((bar.get(n) or "").rstrip("%")) for n in ("x", "width"))
        assert right <= 100.01


def test_overlapping_incidents_of_a_lane_keep_the_shape_of_their_severity_the_most_urgent_in_front() -> None:
    given_ = [TimelineMark("Loitering", Severity.WARNING, 10.0 * i, 300.0, "") for i in range(6)]
    given_ += [TimelineMark("Loitering", s, 50.0, 70.0, "") for s in (Severity.ALARM, Severity.INFO)]
    marks = classed(timeline(given_, 400.0), "mark")
    assert [(m.get("class") or "").split()[1] for m in marks] == ["info", *6 * ["warning"], "alarm"]
    heights = {m.get("class"): {bar.get("height") for bar in m.iter("rect")} for m in marks}
    assert heights == {"mark info": {"4"}, "mark warning": {"10"}, "mark alarm": {"14"}}
    shapes = {m.get("class"): {path.get("d") for path in m.iter("path")} for m in marks}
    assert len(set.union(*shapes.values())) == 3, "one shape per severity"
    assert not [e for m in marks for e in m.iter() if e.get("opacity") or e.get("fill-opacity")]


def test_no_chart_needs_a_style_attribute_or_a_script() -> None:
    run = history()
    charts = (
        occupancy(run.people, 5.0, 60.0, "people", high=9.0),
        flows(run.lines[0], 2, 20.0, 40.0, "stairs"),
        heat_map(run, WH, None, "heat"),
        speeds(run.speed_edges_mps, run.speed_s, "speeds"),
        timeline([TimelineMark("Queue", Severity.INFO, 1.0, 2.0, "")], 9.0),
    )
    for chart in charts:
        assert "chart" in (chart.get("class") or "").split()
        for element in chart.iter():
            assert element.tag != "script"
            assert not [name for name in element.keys() if name == "style" or name.startswith("on")]  # noqa: SIM118


def test_text_and_attributes_are_escaped() -> None:
    assert html(el("text", "<b>&", title='"<')) == '<text title="&quot;&lt;">&lt;b&gt;&amp;</text>'


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (0.126, "0.13"), (-0.001, "0"), (12.5, "12.5"), (100.0, "100")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert written(value) == text


def test_a_histogram_has_a_bar_and_a_number_for_each_interval_with_values() -> None:
    chart = html(histogram(("< 1 min", "1–2", "more"), (3, 0, 1200), "Dwell"))
    assert chart.count("<rect") == 2
    assert ">1–2<" in chart
    assert f"<title>more: 1{THIN}200</title>" in chart


@pytest.mark.parametrize(
    ("seconds", "last"), [(86_400.0, "24:00"), (82_800.0, "21:00"), (28_800.0, "8:00:00"), (604_800.0, "day 7")]
)
def test_the_hours_of_a_day_have_no_seconds(seconds: float, last: str) -> None:
    *_, (_, text) = time_labels(seconds)
    assert text == last

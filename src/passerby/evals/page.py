"""Reports as one self-contained HTML page: tables and charts drawn as SVG, no script."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from passerby.charts.axes import Scale, value_ticks
from passerby.charts.svg import el, html
from passerby.evals.result import Aim, Chart, Report, Table
from passerby.evals.text import aims_table, shown

WIDE_PX, HIGH_PX, LEFT_PX, FOOT_PX = 720.0, 220.0, 52.0, 44.0
STYLE = """
:root { --paper: #fbfaf8; --ink: #1d2126; --quiet: #5d656e; --hair: #e3e1dc; }
:root { --a: #2b5f8a; --b: #b0692a; --bad: #a8280a; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #14171a; --ink: #e8e6e1; --quiet: #9aa2ab; --hair: #2c3238; }
  :root { --a: #7db4e0; --b: #e0a56d; --bad: #ffb199; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 48px 24px 96px; font-variant-numeric: tabular-nums; }
h1 { font-size: 32px; line-height: 1.2; } h2 { font-size: 22px; margin-top: 56px; } h3 { font-size: 15px; margin:
28px 0 8px; }
p, li { max-width: 75ch; color: var(--quiet); font-size: 14px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; }
th, td { text-align: left; padding: 4px 18px 4px 0; border-bottom: 1px solid var(--hair); vertical-align: top; }
th { font-weight: 500; color: var(--quiet); } .missed { color: var(--bad); font-weight: 600; }
svg { max-width: 100%; height: auto; } text { font-size: 12px; fill: var(--quiet); }
.grid { stroke: var(--hair); } .aim { stroke: var(--bad); stroke-dasharray: 5 4; }
.s0 { fill: var(--a); } .s1 { fill: var(--b); } .s2 { fill: var(--quiet); }
"""


def page(title: str, reports: Sequence[Report]) -> str:
    """Return the page as HTML."""
    body = el("main", el("h1", title), *(part for report in reports for part in _section(report)))
    head = el("head", el("meta", charset="utf-8"), _viewport(), el("title", title), el("style", STYLE))
    return "<!doctype html>\n" + html(el("html", head, el("body", body), lang="en")) + "\n"


def _viewport() -> Element:
    return el("meta", name="viewport", content="width=device-width, initial-scale=1")


def _section(report: Report) -> list[Element]:
    settings = "; ".join(f"{name} {value}" for name, value in report.settings)
    parts = [el("h2", report.title), el("p", settings)]
    parts += [_table(aims_table(report.aims), report.aims)] if report.aims else []
    parts += [el("figure", el("h3", chart.title), draw(chart), style="margin: 0") for chart in report.charts]
    parts += [_table(table) for table in report.tables]
    lines = [*(f"refused: {line}" for line in report.refused), *report.notes]
    return [*parts, *([el("ul", *(el("li", line) for line in lines))] if lines else [])]


def _table(table: Table, aims: Sequence[Aim] = ()) -> Element:
    rows = [el("tr", *(el("th", head) for head in table.heads))]
    for k, row in enumerate(table.rows):
        missed = "missed" if k < len(aims) and aims[k].verdict == "missed" else None
        rows.append(el("tr", *(el("td", shown(cell)) for cell in row), class_=missed))
    note = [el("p", table.note)] if table.note else []
    return el("section", el("h3", table.title), el("div", el("table", *rows), class_="scroll"), *note)


def draw(chart: Chart) -> Element:
    """Return a bar chart; values below zero hang down from the zero line."""
    values = [v for series in chart.series for v in series.values if v is not None]
    top = value_ticks(max([*values, chart.aim or 0.0, 0.0]))
    low = -value_ticks(-min([*values, 0.0]))[-1] if values and min(values) < 0 else 0.0
    y = Scale(low, top[-1], HIGH_PX, 8.0)
    step = (WIDE_PX - LEFT_PX) / max(len(chart.categories), 1)
    parts = [_grid(tick, y) for tick in {low, *top}]
    for k, name in enumerate(chart.categories):
        left = LEFT_PX + k * step
        parts.append(el("text", name, x=left + step / 2, y=HIGH_PX + 18, text_anchor="middle"))
        wide = step * 0.7 / max(len(chart.series), 1)
        bars = ((n, s.values[k]) for n, s in enumerate(chart.series))
        parts += [_bar(left + step * 0.15 + n * wide, wide * 0.92, v, y, n) for n, v in bars if v is not None]
    if chart.aim is not None:
        parts.append(el("line", x1=LEFT_PX, x2=WIDE_PX, y1=y(chart.aim), y2=y(chart.aim), class_="aim"))
    box = f"0 0 {WIDE_PX:g} {HIGH_PX + FOOT_PX:g}"
    return el("svg", *parts, *_key(chart), viewBox=box, width=WIDE_PX, role="img", aria_label=chart.title)


def _bar(x: float, width: float, value: float, y: Scale, number: int) -> Element:
    top, bottom = sorted((y(value), y(0.0)))
    return el(
        "rect",
        el("title", shown(value)),
        x=x,
        width=width,
        y=top,
        height=max(bottom - top, 1),
        class_=f"s{number % 3}",
    )


def _grid(tick: float, y: Scale) -> Element:
    line = el("line", x1=LEFT_PX, x2=WIDE_PX, y1=y(tick), y2=y(tick), class_="grid")
    return el("g", line, el("text", shown(float(f"{tick:.6g}")), x=LEFT_PX - 8, y=y(tick) + 4, text_anchor="end"))


def _key(chart: Chart) -> list[Element]:
    parts = []
    for n, series in enumerate(chart.series):
        x, y = LEFT_PX + n * 120, HIGH_PX + 28
        parts += [
            el("rect", x=x, y=y, width=11, height=11, class_=f"s{n % 3}"),
            el("text", series.name, x=x + 16, y=y + 10),
        ]
    return [*parts, *([el("text", chart.unit, x=4, y=12)] if chart.unit else [])]

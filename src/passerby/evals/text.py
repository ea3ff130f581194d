"""A report as plain text, as Markdown and as JSON values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from passerby.evals.result import Aim, Cell, Report, Table

EMPTY = "–"


def shown(cell: Cell) -> str:
    """Return a cell as text: three significant digits, a dash for no value."""
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return EMPTY
    if isinstance(cell, str | int):
        return str(cell)
    if cell == 0 or abs(cell) >= 100:
        return f"{cell:.0f}"
    return f"{cell:.3g}"


def as_text(report: Report) -> str:
    """Return the report for a terminal."""
    parts = [report.title, "; ".join(f"{name} {value}" for name, value in report.settings)]
    for table in [*report.tables, *([aims_table(report.aims)] if report.aims else [])]:
        parts += ["", table.title, *_columns(table)] + ([table.note] if table.note else [])
    parts += [f"refused: {line}" for line in report.refused]
    return "\n".join([*parts, *(f"note: {line}" for line in report.notes)])


def as_markdown(report: Report, level: int = 2) -> str:
    """Return the report as a section of a page."""
    parts = [
        f"{'#' * level} {report.title}",
        "; ".join(f"{name} {value}" for name, value in report.settings) + ".",
    ]
    for table in report.tables:
        parts += [f"**{table.title}**", markdown_table(table)] + ([table.note] if table.note else [])
    lines = [*(f"- refused: {line}" for line in report.refused), *(f"- {line}" for line in report.notes)]
    return "\n\n".join([*parts, *(["\n".join(lines)] if lines else [])])


def markdown_table(table: Table) -> str:
    """Return a table in Markdown; a bar in a cell is escaped."""
    rows = [table.heads, tuple("---" for _ in table.heads), *(tuple(map(shown, row)) for row in table.rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def aims_table(aims: Sequence[Aim], reasons: dict[str, str] | None = None) -> Table:
    """Return targets, figures and their intervals; with `reasons`, the reason for each missed target."""
    heads = ("target", "limit", "figure", "verdict", "largest part from" if reasons is None else "why")
    rows = tuple(_aim_row(aim, reasons) for aim in aims)
    return Table("Targets", heads, rows)


def as_data(report: Report) -> dict[str, Any]:
    """Return plain values for JSON: not-a-number becomes null."""
    data = asdict(report) | {"settings": dict(report.settings)}
    data["aims"] = [asdict(aim) | {"verdict": aim.verdict} for aim in report.aims]
    cleaned: dict[str, Any] = _finite(data)
    return cleaned


def _aim_row(aim: Aim, reasons: dict[str, str] | None) -> tuple[Cell, ...]:
    limit = f"{'≥' if aim.least else '≤'} {aim.limit:g} {aim.unit}".strip()
    why = aim.worst
    if reasons is not None and aim.verdict == "missed":
        why = " ".join(
            filter(None, (reasons.get(aim.key, "Not explained yet."), f"Worst: {aim.worst}." if aim.worst else ""))
        )
    return aim.what, limit, _figure(aim), aim.verdict, why if aim.verdict == "missed" else ""


def _figure(aim: Aim) -> Cell:
    if aim.interval is None:
        return aim.figure
    return f"{shown(aim.figure)}, {shown(aim.interval[0])} to {shown(aim.interval[1])}"


def _columns(table: Table) -> list[str]:
    rows = [table.heads, *(tuple(map(shown, row)) for row in table.rows)]
    wide = [max(len(row[k]) for row in rows) for k in range(len(table.heads))]
    right = [all(not isinstance(row[k], str) for row in table.rows) for k in range(len(table.heads))]
    return ["  ".join(_padded(*cell) for cell in zip(row, wide, right, strict=True)).rstrip() for row in rows]


def _padded(text: str, width: int, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

"""Small tables on the terminal, and the same as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from passerby.app.terminal import table_console
from passerby.charts.wording import THIN


def print_json(data: object) -> None:
    """Print one JSON value, indented."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]], nothing: str) -> None:
    """Print a table, numbers to the right; print `nothing` if there is no row."""
    console = table_console()
    all_rows = [[*row] for row in rows]
    if not all_rows:
        console.print(nothing)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        is_number = all(isinstance(row[index], int | float) for row in all_rows)
        table.add_column(column, justify="right" if is_number else "left")
    for row in all_rows:
        table.add_row(*(Text(printable(str(cell))) for cell in row))
    console.print(table)


def printable(text: str) -> str:
    """Return text without control sequences for the terminal."""
    return "".join(c if c.isprintable() or c == THIN else "\N{REPLACEMENT CHARACTER}" for c in text)

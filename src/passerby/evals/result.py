"""What a suite found, as values: tables, charts, aims and notes. How they look is decided elsewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Cell = str | float | int | None
Verdict = Literal["reached", "missed", "not measured"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under heads; `note` says how to read it. A cell of None was not measured."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: a value per category, None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars per category; `aim` is drawn as a line across."""

    title: str
    unit: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    aim: float | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """Something we hold ourselves to.

    key: names it for good, so that a reason can be written for it. least: the figure must be at least, not at
    most,
    `limit`. figure: None where nothing could be measured. worst: where most of the error came from.
    """

    key: str
    what: str
    limit: float
    figure: float | None
    unit: str = ""
    least: bool = False
    worst: str = ""

    @property
    def verdict(self) -> Verdict:
        """Return whether the figure keeps the limit."""
        if self.figure is None or not math.isfinite(self.figure):
            return "not measured"
        kept = self.figure >= self.limit - 1e-9 if self.least else abs(self.figure) <= self.limit + 1e-9
        return "reached" if kept else "missed"


@dataclass(frozen=True, slots=True)
class Report:
    """One suite's answer. settings: how it was run, word by word. refused: what could not be run, and why."""

    suite: str
    title: str
    settings: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...] = ()
    aims: tuple[Aim, ...] = ()
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

"""The result of a suite as values: tables, charts, targets and notes, without presentation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Cell = str | float | int | None
Verdict = Literal["reached", "missed", "not measured"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under heads, with an explanatory `note`. A cell of None was not measured."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: a value per category, None if there is none."""

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
    """A target.

    key: its permanent name, for which a reason can be written. least: the figure must be at least, not at most,
    `limit`. figure: None if it was not measured. worst: the largest parts of the error.
    interval: of 95 %, if known.
    """

    key: str
    what: str
    limit: float
    figure: float | None
    unit: str = ""
    least: bool = False
    worst: str = ""
    interval: tuple[float, float] | None = None

    @property
    def verdict(self) -> Verdict:
        """Return whether the figure is within the limit."""
        if self.figure is None or not math.isfinite(self.figure):
            return "not measured"
        kept = self.figure >= self.limit - 1e-9 if self.least else abs(self.figure) <= self.limit + 1e-9
        return "reached" if kept else "missed"


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one suite. settings: names and values. refused: parts that could not be run, with reasons."""

    suite: str
    title: str
    settings: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...] = ()
    aims: tuple[Aim, ...] = ()
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

"""The stylesheet of the charts."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def stylesheet() -> str:
    """Return the rules for every class of a chart; a page includes them once, before its own."""
    return (files("passerby.charts") / "charts.css").read_text(encoding="utf-8")

"""Levels of service over time: a cell per window, with its letter, so that colour is never alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from passerby.contracts.events import ZoneSample
from passerby.report.wording import clock, plain

# Cells that still have room for their letter; beyond that neighbours share one, which shows the worst of them.
MOST = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """One stretch of time: what is written in it, its colour, and what it says in words."""

    letter: str
    css: str
    says: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A zone's levels over time, and a sentence about them."""

    zone: str
    says: str
    cells: tuple[Cell, ...]


def strips(windows: Sequence[ZoneSample]) -> tuple[Strip, ...]:
    """Return a strip for every zone that has levels, in the order the zones come in."""
    zones = dict.fromkeys(window.zone for window in windows if window.level is not None)
    return tuple(_strip(zone, [w for w in windows if w.zone == zone and w.level]) for zone in zones)


def _strip(zone: str, windows: Sequence[ZoneSample]) -> Strip:
    per = -(-len(windows) // MOST)
    cells = tuple(_cell(windows[k : k + per]) for k in range(0, len(windows), per))
    worst = max(windows, key=lambda w: w.density_per_m2 or 0.0)
    says = f"at its fullest {worst.level}, {plain(worst.density_per_m2 or 0.0, 2)}/m² at {clock(worst.from_s)}"
    bounds = sum(window.is_lower_bound for window in windows)
    if bounds:
        says += f"; a lower bound in {bounds} of {len(windows)} windows, marked ≥"
    return Strip(zone, says, cells)


def _cell(windows: Sequence[ZoneSample]) -> Cell:
    worst = max(windows, key=lambda w: w.density_per_m2 or 0.0)
    level, density = worst.level or "", plain(worst.density_per_m2 or 0.0, 2)
    mark = "≥" if any(window.is_lower_bound for window in windows) else ""
    at_least = "at least " if mark else ""
    return Cell(f"{mark}{level}", level.lower(), f"{clock(worst.from_s)}: level {level}, {at_least}{density}/m²")

"""Levels of service over time: one cell per window with a letter, so colour is never the only sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from passerby.charts.wording import clock, plain
from passerby.contracts.events import ZoneSample
from passerby.translation.current import gettext as _

# Number of cells with space for a letter; beyond it neighbours share a cell, which shows the worst level.
MOST = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """One interval: its letter, its colour, and its description."""

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
    """Return a strip for every zone with levels, in the order of the zones."""
    zones = dict.fromkeys(window.zone for window in windows if window.level is not None)
    return tuple(_strip(zone, [w for w in windows if w.zone == zone and w.level]) for zone in zones)


def _strip(zone: str, windows: Sequence[ZoneSample]) -> Strip:
    per = -(-len(windows) // MOST)
    cells = tuple(_cell(windows[k : k + per]) for k in range(0, len(windows), per))
    worst = max(windows, key=lambda w: w.density_per_m2 or 0.0)
    says = _(
        "highest: %(level)s, %(density)s/m² at %(time)s",
        level=worst.level,
        density=plain(worst.density_per_m2 or 0.0, 2),
        time=clock(worst.from_s),
    )
    bounds = sum(window.is_lower_bound for window in windows)
    if bounds:
        says += _("; a lower bound in %(bounds)s of %(all)s windows, marked ≥", bounds=bounds, all=len(windows))
    return Strip(zone, says, cells)


def _cell(windows: Sequence[ZoneSample]) -> Cell:
    worst = max(windows, key=lambda w: w.density_per_m2 or 0.0)
    level, density = worst.level or "", plain(worst.density_per_m2 or 0.0, 2)
    mark = "≥" if any(window.is_lower_bound for window in windows) else ""
    shown = _("at least %(density)s/m²", density=density) if mark else f"{density}/m²"
    says = _("%(time)s: level %(level)s, %(density)s", time=clock(worst.from_s), level=level, density=shown)
    return Cell(f"{mark}{level}", level.lower(), says)

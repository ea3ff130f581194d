"""Levels of service A to F by people per square metre, from tables that are data.

The tables and their sources are in service_levels.json; a zone may name one of them or have its own bounds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from passerby.contracts.config import Zone

# The six levels of Fruin 1971, Pedestrian Planning and Design.
LETTERS = "ABCDEF"
# Tables by kind of zone: where people mostly walk, and where they mostly stand. Chosen by judgement; the
# sources of the tables are in service_levels.json.
_TABLE_OF_KIND = {"platform": "queue", "edge": "queue", "track": "queue", "stairs": "stairs"}


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """Bounds of the levels A to E, people per square metre; a bound belongs to the better level, F is above."""

    at_most_per_m2: tuple[float, ...]

    def letter(self, density_per_m2: float) -> str:
        """Return the level of a density."""
        return LETTERS[sum(density_per_m2 > bound for bound in self.at_most_per_m2)]


def levels_of(zone: Zone) -> ServiceLevels:
    """Return the levels of a zone: its own, the named table, or the table of its kind."""
    if zone.levels_per_m2 is not None:
        return ServiceLevels(zone.levels_per_m2)
    return tables()[zone.levels or _TABLE_OF_KIND.get(zone.kind, "walkway")]


@cache
def tables() -> dict[str, ServiceLevels]:
    """Return the tables that come with the package, by name."""
    data = json.loads(files("passerby.behaviour").joinpath("service_levels.json").read_text(encoding="utf-8"))
    return {name: ServiceLevels(tuple(table["at_most_per_m2"].values())) for name, table in data.items()}

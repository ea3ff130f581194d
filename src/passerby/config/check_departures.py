"""Does who says when trains leave make sense."""

from __future__ import annotations

from collections.abc import Iterator

from passerby.config.located import Marks
from passerby.contracts.config import Unit
from passerby.contracts.errors import Problem

_UNHEARD = "departures come by message, but nobody listens: give the unit a departures_port, or source: timetable"


def departure_problems(unit: Unit, marks: Marks) -> Iterator[Problem]:
    """Everything wrong with what a unit says about departures; for a unit whose form is sound."""
    for i, camera in enumerate(unit.cameras):
        told = camera.departures
        if told is not None and told.source == "http" and unit.departures_port is None:
            yield marks.problem(("cameras", i, "departures", "source"), _UNHEARD)

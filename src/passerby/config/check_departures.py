"""Does who says when trains leave make sense."""

from __future__ import annotations

from collections.abc import Iterator

from passerby.config.check_paths import file_fault
from passerby.config.located import Loc, Marks
from passerby.contracts.config import Unit
from passerby.contracts.errors import Problem
from passerby.contracts.settings import Departures

_UNHEARD = "departures come by message, but nobody listens: give the unit a departures_port, or source: timetable"


def departure_problems(unit: Unit, marks: Marks) -> Iterator[Problem]:
    """Everything wrong with what a unit says about departures; for a unit whose form is sound."""
    for i, camera in enumerate(unit.cameras):
        loc: Loc = ("cameras", i, "departures")
        if camera.departures is not None:
            yield from _told(camera.departures, loc, unit.departures_port is not None, marks)


def _told(told: Departures, loc: Loc, is_heard: bool, marks: Marks) -> Iterator[Problem]:
    if told.source == "http" and not is_heard:
        yield marks.problem((*loc, "source"), _UNHEARD)
    if told.file is not None:
        where = (*loc, "file")
        if fault := file_fault(told.file, "timetable", where, marks):
            yield marks.problem(where, fault)

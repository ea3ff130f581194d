"""Checks of counting: lines and zones of places, the error of counts, time zones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from passerby.config.check_rules import name_problems
from passerby.config.counts_error import read_counts_error
from passerby.config.keys import near
from passerby.config.located import Loc, Marks
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import Problem, UsageError
from passerby.contracts.occupancy import Occupancy


def counting_problems(unit: Unit, marks: Marks) -> Iterator[Problem]:
    """Return all problems of counts and time zones, for a unit with valid form."""
    yield from _timezone(unit.timezone, ("timezone",), marks)
    for i, camera in enumerate(unit.cameras):
        yield from _error_file(camera, ("cameras", i, "counts_error"), marks)
    places = [(("occupancy", i), place.name) for i, place in enumerate(unit.occupancy)]
    yield from name_problems(places, "place", marks)
    lines = {camera.name: {line.name for line in camera.lines} for camera in unit.cameras}
    zones = {camera.name: {zone.name for zone in camera.zones} for camera in unit.cameras}
    for i, place in enumerate(unit.occupancy):
        yield from _place(place, ("occupancy", i), _Known(lines, zones), marks)


def _error_file(camera: Camera, loc: Loc, marks: Marks) -> Iterator[Problem]:
    if camera.counts_error is None:
        return
    try:
        found = read_counts_error(Path(camera.counts_error))
    except UsageError as error:
        yield marks.problem(loc, str(error))
        return
    known = {line.name for line in camera.lines}
    for name in sorted(found.keys() - known):
        yield marks.problem(
            loc, f'it contains a line "{name}", which this camera does not have{near(name, known)}'
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """Names of lines and zones by camera."""

    lines: dict[str, set[str]]
    zones: dict[str, set[str]]


def _place(place: Occupancy, loc: Loc, known: _Known, marks: Marks) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for i, line in enumerate(place.lines):
        yield from _named((*loc, "lines", i), "line", line.camera, line.line, known.lines, marks)
        if (line.camera, line.line) in seen:
            yield marks.problem((*loc, "lines", i), "this line is listed twice, so people would count twice")
        seen.add((line.camera, line.line))
    for i, view in enumerate(place.views):
        yield from _named((*loc, "views", i), "zone", view.camera, view.zone, known.zones, marks)
    yield from _timezone(place.timezone, (*loc, "timezone"), marks)


def _timezone(name: str, loc: Loc, marks: Marks) -> Iterator[Problem]:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        yield marks.problem(loc, f'unknown timezone "{name}": write for example Europe/Berlin or UTC')


def _named(
    loc: Loc, what: str, camera: str, name: str, known: dict[str, set[str]], marks: Marks
) -> Iterator[Problem]:
    if camera not in known:
        yield marks.problem((*loc, "camera"), f'there is no camera "{camera}"{near(camera, known)}')
    elif name not in known[camera]:
        hint = near(name, known[camera])
        yield marks.problem((*loc, what), f'camera "{camera}" has no {what} "{name}"{hint}: draw it there')

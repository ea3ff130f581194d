"""Checks of the sources of departures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from passerby.config.check_paths import file_fault
from passerby.config.keys import listed
from passerby.config.located import Loc, Marks
from passerby.contracts.config import Unit
from passerby.contracts.departures import Departures
from passerby.contracts.destinations import Mqtt
from passerby.contracts.errors import ConfigError, Problem

TimetableTracks = Callable[[Path], Collection[str]]


def departure_problems(unit: Unit, marks: Marks, tracks_of: TimetableTracks | None) -> Iterator[Problem]:
    """Return all problems of departures, for a unit with valid form.

    tracks_of: reads a timetable; raises ConfigError with its problems. If None, timetables are not read.
    """
    for i, camera in enumerate(unit.cameras):
        loc: Loc = ("cameras", i, "departures")
        if camera.departures is not None:
            yield from _file_problems(camera.departures, loc, marks)
            yield from _broker_problems(camera.departures, unit, loc, marks)
            if tracks_of is not None:
                yield from _in_timetable(camera.departures, loc, tracks_of, marks)


def _file_problems(departures: Departures, loc: Loc, marks: Marks) -> Iterator[Problem]:
    if departures.file is not None:
        where = (*loc, "file")
        if fault := file_fault(departures.file, "timetable", where, marks):
            yield marks.problem(where, fault)


def _broker_problems(departures: Departures, unit: Unit, loc: Loc, marks: Marks) -> Iterator[Problem]:
    brokers = [one.name for one in unit.destinations if isinstance(one, Mqtt)]
    if departures.broker is not None and departures.broker not in brokers:
        there = f"use {listed(brokers)}" if brokers else "there is none"
        yield marks.problem(
            (*loc, "broker"), f"there is no destination {departures.broker!r} of kind mqtt: {there}"
        )


def _in_timetable(departures: Departures, loc: Loc, tracks_of: TimetableTracks, marks: Marks) -> Iterator[Problem]:
    if departures.file is None or not Path(departures.file).is_file():
        return
    try:
        known = tracks_of(Path(departures.file))
    except ConfigError as error:
        yield from error.problems
        return
    for track in departures.tracks:
        if track not in known:
            there = f"it has {listed(known)}" if known else "it has no departures at all"
            yield marks.problem((*loc, "tracks"), f"{departures.file} has no departures of track {track}: {there}")

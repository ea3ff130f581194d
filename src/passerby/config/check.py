"""Checks of a configuration: all problems of form and of meaning, each with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from passerby.config.check_console import console_problems
from passerby.config.check_counting import counting_problems
from passerby.config.check_departures import TimetableTracks, departure_problems
from passerby.config.check_destinations import destination_problems
from passerby.config.check_floor import Calibrate, floor_problems
from passerby.config.check_paths import PictureSize, model_problem, probe, source_problem, substream_problem
from passerby.config.check_places import DrawnPicture, place_problems
from passerby.config.check_rules import folder_problems, name_problems, rule_problems
from passerby.config.check_transit import transit_problems
from passerby.config.load import read
from passerby.config.located import CameraParts, Located, Marks, Reading
from passerby.config.scale import same_shape
from passerby.contracts.errors import ConfigError, Problem
from passerby.ground.calibration.calibrate import make_plane


@dataclass(frozen=True, slots=True)
class Probes:
    """Functions that read files and sources; each is optional.

    picture_wh: returns the picture size of a source in px, None if unknown; raises InputError.
    calibrate: builds the floor; raises CalibrationError. model_names: detectors known by name.
    timetable_tracks: reads the tracks of a timetable; raises ConfigError.
    sources: False if the pictures do not come from the configured sources (`analyze`).
    """

    picture_wh: PictureSize | None = None
    calibrate: Calibrate = make_plane
    model_names: Collection[str] = ("embedded",)
    timetable_tracks: TimetableTracks | None = None
    sources: bool = True


def load_checked(
    path: Path, env: Mapping[str, str] | None = None, probes: Probes | None = None, text: str | None = None
) -> Located:
    """Return the unit in the file, valid in form and meaning. Raises ConfigError with every problem.

    text: what the file would contain, in place of what it contains.
    """
    reading = read(path, env, text)
    found = check(reading, probes or Probes())
    if found or reading.unit is None:
        raise ConfigError(found)
    return Located(reading.unit, reading.marks)


def check(reading: Reading, probes: Probes) -> tuple[Problem, ...]:
    """Return all problems, also those of reading, in the order of the file; then those of other files."""
    found = chain(reading.problems, (p for p in _meant(reading, probes) if p.key not in reading.unread))
    return tuple(reading.marks.limited(_once(found)))


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    seen: set[Problem] = set()
    for problem in problems:
        if problem not in seen:
            seen.add(problem)
            yield problem


def _meant(reading: Reading, probes: Probes) -> Iterator[Problem]:
    yield from _names(reading)
    if fault := model_problem(reading.model_path, reading.marks, probes.model_names):
        yield fault
    for camera in reading.cameras:
        yield from _camera(camera, reading.marks, probes)
    if reading.unit is not None:
        yield from console_problems(reading.unit, reading.marks)
        yield from counting_problems(reading.unit, reading.marks)
        yield from destination_problems(reading.unit, reading.marks)
        yield from transit_problems(reading.unit, reading.marks)
        yield from departure_problems(reading.unit, reading.marks, probes.timetable_tracks)


def _names(reading: Reading) -> Iterator[Problem]:
    cameras = [(c.loc, c.name) for c in reading.cameras if c.name]
    yield from name_problems(cameras, "camera", reading.marks)
    yield from folder_problems(cameras, reading.marks)
    for camera in reading.cameras:
        yield from name_problems([(loc, z.name) for loc, z in camera.zones], "zone", reading.marks)
        yield from name_problems([(loc, x.name) for loc, x in camera.lines], "line", reading.marks)


def _camera(camera: CameraParts, marks: Marks, probes: Probes) -> Iterator[Problem]:
    fault = source_problem(camera, marks) if probes.sources else None
    size = None
    if fault is None and probes.sources and probes.picture_wh is not None:
        size, fault = probe(camera, marks, probes.picture_wh)
    if fault:
        yield fault
    if size and camera.picture_px and not same_shape(size, camera.picture_px):
        drawn, real = "{} x {}".format(*camera.picture_px), "{} x {}".format(*size)
        what = (
            f"the coordinates were drawn on {drawn} px, but the source has {real} px with another aspect ratio: "
            f"redraw them"
        )
        yield marks.problem((*camera.loc, "picture_px"), what)
    if probes.sources and (fault := substream_problem(camera, marks, probes.picture_wh)):
        yield fault
    picture = DrawnPicture(camera.picture_px or size)
    yield from place_problems(camera, marks, picture)
    yield from floor_problems(camera, marks, picture, probes.calibrate)
    yield from rule_problems(camera, marks)

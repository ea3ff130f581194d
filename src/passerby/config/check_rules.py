"""Checks of names: unique zones, lines and cameras, and rules that refer to existing ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from passerby.config.check_places import at, fractions_fault
from passerby.config.keys import listed, near
from passerby.config.located import CameraParts, Loc, Marks
from passerby.config.units import plain
from passerby.contracts.errors import Problem
from passerby.contracts.rules import (
    CounterFlowRule,
    CrowdingRule,
    FastMovementRule,
    LoiteringRule,
    QueueRule,
    Rule,
)
from passerby.files.names import MOST_BYTES, folded

_SLOWEST_FAST_MPS, _FASTEST_MPS = 0.5, 7.0


def rule_problems(camera: CameraParts, marks: Marks) -> Iterator[Problem]:
    """Return all problems of the references of the camera's rules."""
    for loc, rule in camera.rules:
        yield from _place(rule, loc, camera, marks)
        yield from _needs(rule, loc, camera, marks)
    for loc, first in camera.same_rules:
        yield marks.problem(loc, f"the same rule as on line {marks.line_of(first)}: remove one of the two")


def name_problems(named: Sequence[tuple[Loc, str]], what: str, marks: Marks) -> Iterator[Problem]:
    """Return a problem for every repeated name. named: location of the item, name."""
    first: dict[str, Loc] = {}
    for loc, name in named:
        if name in first:
            line = marks.line_of((*first[name], "name"))
            text = f'another {what} has the name "{name}", on line {line}: give each {what} its own name'
            yield marks.problem((*loc, "name"), text)
        first.setdefault(name, loc)


def folder_problems(cameras: Sequence[tuple[Loc, str]], marks: Marks) -> Iterator[Problem]:
    """Return a problem for every camera name that cannot be the name of its results folder."""
    first: dict[str, tuple[Loc, str]] = {}
    for loc, name in cameras:
        before, other = first.setdefault(folded(name), (loc, name))
        if name != other:
            line = marks.line_of((*before, "name"))
            what = (
                f'"{name}" and "{other}" on line {line} are one folder on disks that ignore case and final points'
            )
            yield marks.problem((*loc, "name"), f"{what}: give each camera its own name")
        if len(name.encode()) > MOST_BYTES:
            yield marks.problem((*loc, "name"), f"takes more than {MOST_BYTES} bytes as a folder: shorten it")


def _place(rule: Rule, loc: Loc, camera: CameraParts, marks: Marks) -> Iterator[Problem]:
    key, name = rule.place_key, rule.place
    known, other = camera.zone_names, camera.line_names
    if key == "line":
        known, other = other, known
    if name in known:
        return
    if name in other:
        hint = f'"{name}" is a {"zone" if key == "line" else "line"}, and {rule.kind} needs a {key}'
    elif known:
        hint = f'there is no {key} "{name}"{near(name, known)}; this camera has {listed(known)}'
    else:
        hint = f'there is no {key} "{name}": draw it under {key}s of this camera'
    yield marks.problem((*loc, key), hint)


def _needs(rule: Rule, loc: Loc, camera: CameraParts, marks: Marks) -> Iterator[Problem]:
    if isinstance(rule, FastMovementRule):
        yield from _speed(rule, loc, marks)
    if rule.measures_in and not camera.calibration_given:
        yield marks.problem((*loc, "kind"), f"{rule.kind} measures {rule.measures_in}: {_CALIBRATE}")
    if isinstance(rule, CrowdingRule) and rule.density_per_m2 is not None and not camera.calibration_given:
        what = f"density is counted per square metre: {_CALIBRATE}, or give people in place of density_per_m2"
        yield marks.problem((*loc, "density_per_m2"), what)
    yield from _spots(rule, loc, marks)
    if isinstance(rule, LoiteringRule) and rule.clock == "departures":
        yield from _trains(rule, loc, camera, marks)


def _spots(rule: Rule, loc: Loc, marks: Marks) -> Iterator[Problem]:
    if isinstance(rule, QueueRule) and (fault := fractions_fault([rule.head_px])):
        yield marks.problem((*loc, "head_px"), f"{at(rule.head_px)} {fault}")
    if isinstance(rule, CounterFlowRule) and rule.direction_px:
        fault = fractions_fault(rule.direction_px)
        if len(set(rule.direction_px)) == 1:
            fault = f"starts and ends at {at(rule.direction_px[0])}: move one end"
        if fault:
            yield marks.problem((*loc, "direction_px"), f"the arrow {fault}")


def _trains(rule: LoiteringRule, loc: Loc, camera: CameraParts, marks: Marks) -> Iterator[Problem]:
    known = camera.track_names
    if not known:
        what = "there is no source of departures: draw a zone of kind track, or give departures for this camera"
        yield marks.problem((*loc, "clock"), what)
    elif rule.track is not None and rule.track not in known:
        what = f'there is no track "{rule.track}"{near(rule.track, known)}; there are {listed(known)}'
        yield marks.problem((*loc, "track"), what)


_CALIBRATE = "give this camera a calibration"


def _speed(rule: FastMovementRule, loc: Loc, marks: Marks) -> Iterator[Problem]:
    speed = rule.speed_mps
    if speed is not None and speed > _FASTEST_MPS:
        what = f"{plain(speed)} m/s is {plain(speed * 3.6)} km/h, faster than people run in a station"
        yield marks.problem(
            (*loc, "speed_mps"), f"{what}: if you mean {plain(speed)} km/h, write {plain(speed / 3.6)}"
        )
    if speed is not None and speed < _SLOWEST_FAST_MPS:
        what = f"{plain(speed)} m/s is slower than walking (about 1.3), so all people would count: write about 2.3"
        yield marks.problem((*loc, "speed_mps"), what)

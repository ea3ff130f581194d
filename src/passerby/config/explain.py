"""What a unit would do, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from passerby.config.located import Loc, Located
from passerby.config.units import plain
from passerby.contracts.config import Calibration, Camera, ModelChoice, Unit
from passerby.contracts.rules import (
    CounterFlowRule,
    CrowdingRule,
    FallRule,
    FastMovementRule,
    IntrusionRule,
    LeftObjectRule,
    LineCrossingRule,
    MayNeedHelpRule,
    QueueRule,
    Rule,
)
from passerby.contracts.urls import is_live, mask_url
from passerby.ground.calibrate import make_plane
from passerby.ground.motion import JUDGED_SD_MPS
from passerby.ground.reach import judged_share


@dataclass(frozen=True, slots=True)
class Defaults:
    """What rules do where the configuration is silent. severity: by kind of rule."""

    severity: Mapping[str, str]
    level_mps: float
    stairs_mps: float


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """One camera. source: without its password. notes: what is worth knowing, though nothing is wrong."""

    name: str
    source: str
    pictures: str
    calibration: str
    zones: tuple[str, ...]
    lines: tuple[str, ...]
    rules: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """One unit, ready for JSON by `dataclasses.asdict`."""

    station: str
    model: str
    data_dir: str
    cameras: tuple[CameraPlan, ...]


def plan(located: Located, defaults: Defaults) -> UnitPlan:
    """What the unit would do."""
    unit = located.unit
    cameras = (_camera(c, ("cameras", i), located, defaults) for i, c in enumerate(unit.cameras))
    return UnitPlan(unit.station, _model(unit), unit.data_dir, tuple(cameras))


def _model(unit: Unit) -> str:
    if not isinstance(unit.model, ModelChoice):
        return unit.model
    choice = unit.model
    said = [f"on {choice.runtime}"] if choice.runtime != "auto" else []
    if choice.input_px:
        said.append("input {} x {} px".format(*choice.input_px))
    if choice.score is not None:
        said.append(f"boxes from score {plain(choice.score)}")
    return ", ".join([choice.path, *said])


def _camera(camera: Camera, loc: Loc, located: Located, defaults: Defaults) -> CameraPlan:
    kinds = {zone.name: zone.kind for zone in camera.zones}
    return CameraPlan(
        name=camera.name,
        source=mask_url(camera.source),
        pictures=_pictures(camera),
        calibration=_calibration(camera.calibration),
        zones=tuple(f"{z.name} ({z.kind}, {len(z.polygon_px)} corners)" for z in camera.zones),
        lines=tuple(x.name for x in camera.lines),
        rules=tuple(_rule(rule, kinds, defaults) for rule in camera.rules),
        notes=tuple(_notes(camera, loc, located)),
    )


def _pictures(camera: Camera) -> str:
    if camera.analysis_fps is not None:
        return f"{plain(camera.analysis_fps)} per second"
    return "8 per second" if is_live(camera.source) else "all of the file"


def _calibration(calibration: Calibration | None) -> str:
    if calibration is None:
        return "none"
    if calibration.points:
        return f"{len(calibration.points)} surveyed points"
    lens = f"{calibration.focal_px:g} px" if calibration.focal_px else f"{calibration.hfov_deg:g} degrees wide"
    return f"camera {calibration.height_m:g} m up, looking {calibration.tilt_deg:g} degrees down, lens {lens}"


def _rule(rule: Rule, zone_kinds: Mapping[str, str], defaults: Defaults) -> str:
    severity = rule.severity or defaults.severity.get(rule.kind, "info")
    place = rule.line if isinstance(rule, LineCrossingRule) else rule.zone
    return f"{place}: {_condition(rule, zone_kinds.get(place, ''), defaults)} -> {severity}"


def _condition(rule: Rule, zone_kind: str, defaults: Defaults) -> str:
    if isinstance(rule, LineCrossingRule):
        return f"somebody crosses, {'in or out' if rule.direction == 'any' else rule.direction}"
    if isinstance(rule, FastMovementRule):
        speed = rule.speed_mps or (defaults.stairs_mps if zone_kind == "stairs" else defaults.level_mps)
        fast = f"somebody faster than {plain(speed)} m/s (minus {plain(rule.sigmas)} sd)"
        rush = f", {rule.min_people} or more in one direction" if rule.min_people > 1 else ""
        return f"{fast} for {_s(rule.hold_s)} and {plain(rule.travel_m)} m{rush}"
    if isinstance(rule, IntrusionRule):
        return f"somebody inside for {_s(rule.hold_s)}"
    if isinstance(rule, CrowdingRule):
        limit = f"{rule.people} people" if rule.people else f"{plain(rule.density_per_m2 or 0)} people per m2"
        return f"{limit} or more for {_s(rule.hold_s)}, until below {rule.clear_ratio:.0%} of that"
    if isinstance(rule, LeftObjectRule):
        return f"something still for {_s(rule.still_s)} with nobody within {plain(rule.distance_m)} m"
    if isinstance(rule, FallRule):
        return f"somebody lies for {_s(rule.lying_s)}"
    if isinstance(rule, MayNeedHelpRule):
        return _help_signs(rule)
    if isinstance(rule, CounterFlowRule):
        way = "that of most people" if rule.direction_px is None else "its arrow"
        who = "somebody moves" if rule.min_people == 1 else f"{rule.min_people} people move"
        return f"{who} against {way} for {_s(rule.hold_s)} and {plain(rule.travel_m)} m"
    if isinstance(rule, QueueRule):
        limit = f"{rule.people} people" if rule.people else f"{plain(rule.length_m or 0)} m"
        return f"a queue of {limit} or more for {_s(rule.hold_s)}, until below {rule.clear_ratio:.0%} of that"
    return f"somebody stays longer than {_s(rule.dwell_s)}, leaving for up to {_s(rule.gap_s)} does not count"


def _help_signs(rule: MayNeedHelpRule) -> str:
    signs = []
    if rule.edge_dwell_s is not None:
        signs.append(f"somebody stays longer than {_s(rule.edge_dwell_s)} without a train")
    if rule.pacing_turns is not None:
        signs.append(f"turns {rule.pacing_turns} times within {_s(rule.pacing_window_s)}")
    if rule.object_still_s is not None:
        signs.append(f"something is left for {_s(rule.object_still_s)}")
    return ", or ".join(signs) or "nothing: all three signs are null"


def _s(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else f"{plain(seconds)} s"


def _notes(camera: Camera, loc: Loc, located: Located) -> Iterator[str]:
    if not camera.rules:
        yield "no rules: people are counted, and no event tells of what they do"
    if camera.calibration is None:
        yield "no calibration: no speeds and no densities"
    yield from _speed_notes(camera)
    if is_live(camera.source) and camera.picture_px is None and (camera.zones or camera.lines):
        yield "the picture's size is not known here: with picture_px it is checked that all places lie in it"
    if mask_url(camera.source) != camera.source and (*loc, "source") not in located.marks.from_env:
        yield "the password stands in the file: take it from the environment as ${NAME}"


def _speed_notes(camera: Camera) -> Iterator[str]:
    """Say for which part of a zone speeds would be too uncertain to judge."""
    if camera.calibration is None or camera.picture_px is None:
        return
    plane = make_plane(camera.calibration, camera.picture_px)
    watched = {rule.zone for rule in camera.rules if isinstance(rule, FastMovementRule)}
    for zone in camera.zones:
        share = judged_share(zone.polygon_px, plane, camera.picture_px) if zone.name in watched else 1.0
        if share < 0.95:
            what = f"fast_movement judges about {share:.0%} of zone {zone.name}"
            yield f"{what}: in the rest a speed would be known no better than {JUDGED_SD_MPS} m/s"

"""A description of what a unit would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from passerby.config.conditions import condition
from passerby.config.located import Loc, Located
from passerby.config.units import plain
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.config import Camera, ModelChoice, Unit
from passerby.contracts.event_kinds import kind_of
from passerby.contracts.rules import FastMovementRule, Rule
from passerby.contracts.urls import is_live, mask_url
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.motion.reach import NEEDED_SD_MPS, reliable_share


@dataclass(frozen=True, slots=True)
class Defaults:
    """Defaults of rules, chosen where they are used: thresholds of fast movement, m/s."""

    level_mps: float
    stairs_mps: float


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """One camera. source: without its password. notes: remarks that are not problems."""

    name: str
    source: str
    pictures: str
    calibration: str
    zones: tuple[str, ...]
    lines: tuple[str, ...]
    rules: tuple[str, ...]
    shown: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """One unit, ready for JSON by `dataclasses.asdict`. notes: remarks on all cameras together."""

    station: str
    model: str
    data_dir: str
    disk: str
    cameras: tuple[CameraPlan, ...]
    notes: tuple[str, ...] = ()


def plan(located: Located, defaults: Defaults) -> UnitPlan:
    """Return what the unit would do."""
    unit = located.unit
    cameras = (_camera(c, ("cameras", i), located, defaults) for i, c in enumerate(unit.cameras))
    return UnitPlan(unit.station, _model(unit), unit.data_dir, _disk(unit), tuple(cameras))


def _disk(unit: Unit) -> str:
    """Return what the unit may take, and what its own limits would add up to without that."""
    kept = unit.retention
    parts_mb = len(unit.cameras) * unit.recording_mb + kept.evidence_mb
    parts = f"{len(unit.cameras)} x {unit.recording_mb} MB of video, {kept.evidence_mb} MB of stills and clips"
    most = f"at most {kept.total_mb} MB with the database (retention.total_mb)"
    return f"{most}; {parts}" + (": the oldest make room" if parts_mb > kept.total_mb else "")


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
        shown=_shown(camera),
        notes=tuple(_notes(camera, loc, located)),
    )


def _pictures(camera: Camera) -> str:
    if camera.analysis_fps is not None:
        return f"{plain(camera.analysis_fps)} per second"
    return "8 per second" if is_live(camera.source) else "all of the file"


def _shown(camera: Camera) -> str:
    shapes = {"silhouette": "silhouettes", "solid": "boxes", "schematic": "dots, no picture"}
    people = shapes[camera.redaction.mode]
    if camera.calibration is None:
        return f"people as {people}"
    return f"people as {people}, at most {plain(camera.redaction.max_px_per_m)} px per metre"


def _calibration(calibration: Calibration | None) -> str:
    if calibration is None:
        return "none"
    if calibration.people:
        return "learned from walking people; no speeds and densities until it is known"
    if calibration.lengths:
        with_points = f" and {len(calibration.points)} surveyed points" if calibration.points else ""
        return f"{len(calibration.lengths)} known lengths{with_points}"
    if calibration.points:
        return f"{len(calibration.points)} surveyed points"
    lens = f"{calibration.focal_px:g} px" if calibration.focal_px else f"{calibration.hfov_deg:g} degrees wide"
    return f"camera {calibration.height_m:g} m up, looking {calibration.tilt_deg:g} degrees down, lens {lens}"


def _rule(rule: Rule, zone_kinds: Mapping[str, str], defaults: Defaults) -> str:
    severity = rule.severity or kind_of(rule.kind).severity
    waits_for = condition(rule, zone_kinds.get(rule.place, ""), defaults.level_mps, defaults.stairs_mps)
    return f"{rule.place}: {waits_for} -> {severity}"


def _notes(camera: Camera, loc: Loc, located: Located) -> Iterator[str]:
    if not camera.rules:
        yield "no rules: people are counted, no events are raised"
    if camera.calibration is None:
        yield "no calibration: no speeds and no densities"
    yield from _speed_notes(camera)
    if is_live(camera.source) and camera.picture_px is None and (camera.zones or camera.lines):
        yield "the picture size is unknown: with picture_px, all zones and lines can be checked"
    if camera.substream is not None:
        yield f"the substream {mask_url(camera.substream)} is analysed if people are tall enough in it"
    if any(_has_password(camera, key, loc, located) for key in ("source", "substream")):
        yield "the file contains the password: take it from the environment as ${NAME}"


def _has_password(camera: Camera, key: str, loc: Loc, located: Located) -> bool:
    """Return whether the file itself contains the password of an address."""
    address = getattr(camera, key) or ""
    return mask_url(address) != address and (*loc, key) not in located.marks.from_env


def _speed_notes(camera: Camera) -> Iterator[str]:
    """Return notes on the part of a zone in which the error of speeds is too large."""
    if camera.calibration is None or camera.picture_px is None:
        return
    plane = make_plane(camera.calibration, camera.picture_px)
    watched = {rule.zone for rule in camera.rules if isinstance(rule, FastMovementRule)}
    for zone in camera.zones:
        share = reliable_share(zone.polygon_px, plane, camera.picture_px) if zone.name in watched else 1.0
        if share < 0.95:
            what = f"fast_movement covers about {share:.0%} of zone {zone.name}"
            yield f"{what}: in the rest the error of a speed would be above {NEEDED_SD_MPS:.2f} m/s"

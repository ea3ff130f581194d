"""Puts drawn zones, lines, rules and floors into the text of a configuration; comments and other keys stay."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping

from ruamel.yaml.comments import CommentedMap

from passerby.config.edit import camera_of, changed, flow, flow_map, put, written
from passerby.contracts.calibration import LearnedFloor
from passerby.contracts.drawing import DrawnFloor, DrawnLine, DrawnPlaces, DrawnZone, RuleSettings

Renamed = Mapping[str, str]
# Keys of rules, and of places that are counted in and out, that name a zone, a line or a track.
_ZONE_KEYS, _LINE_KEYS = ("zone", "track"), ("line",)


def edited(text: str, drawn: DrawnPlaces) -> str:
    """Return the text with these zones, lines and rules; rules and counted places follow a new name.

    Raises UsageError if the text has no such camera, or is written in a way that cannot be edited.
    """

    def change(data: CommentedMap, camera: CommentedMap) -> None:
        _replace(camera, drawn)
        _rename(data, camera, drawn)
        if drawn.rules is not None:
            left = list(camera.get("rules") or ())
            put(camera, "rules", [_rule(rule, _taken(left, rule)) for rule in drawn.rules])

    return _changed(text, drawn.camera, drawn.picture_px, change)


def with_floor(text: str, drawn: DrawnFloor) -> str:
    """Return the text with this calibration. Raises UsageError as `edited`."""

    def change(_: CommentedMap, camera: CommentedMap) -> None:
        given = drawn.given()
        for key in ("points", "lengths"):
            if key in given:
                given[key] = [flow_map(one) for one in given[key]]
        camera["calibration"] = given

    return _changed(text, drawn.camera, drawn.picture_px, change)


def with_learned_floor(text: str, camera: str, floor: LearnedFloor) -> str:
    """Return the text with the calibration for which `floor` was learned, so it is used from the start on.

    Raises UsageError as `edited`.
    """

    def change(data: CommentedMap) -> None:
        camera_of(data, camera)["calibration"] = json.loads(floor.given)

    return changed(text, f"camera {camera}", change)


def _changed(
    text: str, name: str, picture_px: tuple[int, int], change: Callable[[CommentedMap, CommentedMap], None]
) -> str:
    def both(data: CommentedMap) -> None:
        camera = camera_of(data, name)
        change(data, camera)
        if "picture_px" not in camera:
            camera["picture_px"] = flow(picture_px)

    return changed(text, f"camera {name}", both)


def _replace(camera: CommentedMap, drawn: DrawnPlaces) -> None:
    known_zones = {zone["name"]: zone for zone in camera.get("zones") or ()}
    known_lines = {line["name"]: line for line in camera.get("lines") or ()}
    put(camera, "zones", [_zone(zone, known_zones.get(zone.was)) for zone in drawn.zones])
    put(camera, "lines", [_line(line, known_lines.get(line.was)) for line in drawn.lines])


def _zone(zone: DrawnZone, known: CommentedMap | None) -> CommentedMap:
    made = _map(known)
    made["name"] = written(zone.name)
    if zone.kind != "area" or "kind" in made:
        made["kind"] = zone.kind
    made["polygon_px"] = flow(flow(_px(point)) for point in zone.polygon_px)
    return made


def _line(line: DrawnLine, known: CommentedMap | None) -> CommentedMap:
    made = _map(known)
    made["name"] = written(line.name)
    made["from_px"], made["to_px"] = flow(_px(line.from_px)), flow(_px(line.to_px))
    return made


def _map(known: CommentedMap | None) -> CommentedMap:
    made = CommentedMap() if known is None else known.copy()
    made.fa.set_flow_style()
    return made


def _px(point: tuple[float, float]) -> list[float]:
    """Return a point to a tenth of a pixel."""
    return [round(value, 1) if round(value, 1) % 1 else round(value) for value in point]


def _taken(left: list[CommentedMap], rule: RuleSettings) -> CommentedMap | None:
    """Take the written rule of the same kind and place from those that are left, so that its comments stay."""
    for index, known in enumerate(left):
        if all(known.get(key) == rule.get(key) for key in ("kind", "zone", "line")):
            return left.pop(index)
    return None


def _rule(rule: RuleSettings, known: CommentedMap | None) -> CommentedMap:
    if known is None:
        return flow_map(rule)
    made = copy.deepcopy(known)  # the file may use one rule in several cameras
    for key in [key for key in made if key not in rule]:
        del made[key]
    for key, value in rule.items():
        if key not in made or made[key] != value:
            made[key] = written(value)
    return made


def _rename(data: CommentedMap, camera: CommentedMap, drawn: DrawnPlaces) -> None:
    zones = {zone.was: zone.name for zone in drawn.zones if zone.was and zone.was != zone.name}
    lines = {line.was: line.name for line in drawn.lines if line.was and line.was != line.name}
    for rule in camera.get("rules") or ():
        _follow(rule, zones, lines)
    for place in data.get("occupancy") or ():
        for part in (*(place.get("lines") or ()), *(place.get("views") or ())):
            if part.get("camera") == drawn.camera:
                _follow(part, zones, lines)


def _follow(owner: CommentedMap, zones: Renamed, lines: Renamed) -> None:
    for keys, renamed in ((_ZONE_KEYS, zones), (_LINE_KEYS, lines)):
        for key in keys:
            if owner.get(key) in renamed:
                owner[key] = written(renamed[owner[key]])

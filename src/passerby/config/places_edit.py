"""Puts drawn zones, lines and floors into the text of a configuration; comments and other keys stay."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from passerby.contracts.drawing import DrawnFloor, DrawnLine, DrawnPlaces, DrawnZone
from passerby.contracts.errors import UsageError

Renamed = Mapping[str, str]
# Keys of rules, and of places that are counted in and out, that name a zone, a line or a track.
_ZONE_KEYS, _LINE_KEYS = ("zone", "track"), ("line",)


def edited(text: str, drawn: DrawnPlaces) -> str:
    """Return the text with these zones and lines; rules and counted places follow a new name.

    Raises UsageError if the text has no such camera, or is written in a way that cannot be edited.
    """

    def change(data: CommentedMap, camera: CommentedMap) -> None:
        _replace(camera, drawn)
        _rename(data, camera, drawn)

    return _changed(text, drawn.camera, drawn.picture_px, change)


def with_floor(text: str, drawn: DrawnFloor) -> str:
    """Return the text with this calibration. Raises UsageError as `edited`."""

    def change(_: CommentedMap, camera: CommentedMap) -> None:
        given = drawn.given()
        for key in ("points", "lengths"):
            if key in given:
                given[key] = [_flow_map(one) for one in given[key]]
        camera["calibration"] = given

    return _changed(text, drawn.camera, drawn.picture_px, change)


def _changed(
    text: str, name: str, picture_px: tuple[int, int], change: Callable[[CommentedMap, CommentedMap], None]
) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        data = yaml.load(text)
        camera = next(one for one in data["cameras"] if one["name"] == name)
        change(data, camera)
        if "picture_px" not in camera:
            camera["picture_px"] = _flow(picture_px)
        out = io.StringIO()
        yaml.dump(data, out)
    except (YAMLError, StopIteration, KeyError, TypeError) as error:
        raise UsageError(f"camera {name} cannot be edited here; change the configuration file by hand") from error
    return out.getvalue()


def _replace(camera: CommentedMap, drawn: DrawnPlaces) -> None:
    known_zones = {zone["name"]: zone for zone in camera.get("zones") or ()}
    known_lines = {line["name"]: line for line in camera.get("lines") or ()}
    _put(camera, "zones", [_zone(zone, known_zones.get(zone.was)) for zone in drawn.zones])
    _put(camera, "lines", [_line(line, known_lines.get(line.was)) for line in drawn.lines])


def _put(camera: CommentedMap, key: str, made: list[CommentedMap]) -> None:
    if made:
        camera[key] = made
    else:
        camera.pop(key, None)


def _zone(zone: DrawnZone, known: CommentedMap | None) -> CommentedMap:
    made = _map(known)
    made["name"] = zone.name
    if zone.kind != "area" or "kind" in made:
        made["kind"] = zone.kind
    made["polygon_px"] = _flow(_flow(_px(point)) for point in zone.polygon_px)
    return made


def _line(line: DrawnLine, known: CommentedMap | None) -> CommentedMap:
    made = _map(known)
    made["name"], made["from_px"], made["to_px"] = line.name, _flow(_px(line.from_px)), _flow(_px(line.to_px))
    return made


def _map(known: CommentedMap | None) -> CommentedMap:
    made = CommentedMap() if known is None else known.copy()
    made.fa.set_flow_style()
    return made


def _flow_map(values: Mapping[str, Any]) -> CommentedMap:
    made = CommentedMap({key: _flow(v) if isinstance(v, list) else v for key, v in values.items()})
    made.fa.set_flow_style()
    return made


def _flow(values: Iterable[Any]) -> CommentedSeq:
    made = CommentedSeq(values)
    made.fa.set_flow_style()
    return made


def _px(point: tuple[float, float]) -> list[float]:
    """Return a point to a tenth of a pixel."""
    return [round(value, 1) if round(value, 1) % 1 else round(value) for value in point]


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
                owner[key] = renamed[owner[key]]

"""The valid parts of an invalid configuration, so that their meaning is checked in the same run."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from passerby.config.located import CameraParts, Loc
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.config import Camera, Line, Zone
from passerby.contracts.rules import Rule

T = TypeVar("T")
_ZONE: TypeAdapter[Zone] = TypeAdapter(Zone)
_LINE: TypeAdapter[Line] = TypeAdapter(Line)
_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
_CALIBRATION: TypeAdapter[Calibration] = TypeAdapter(Calibration)
_CAMERA: TypeAdapter[Camera] = TypeAdapter(Camera)


def cameras_of(data: dict[str, Any]) -> tuple[CameraParts, ...]:
    """Return the valid parts of every camera that is a mapping."""
    listed = _items(data, "cameras")
    return tuple(_camera(raw, ("cameras", i)) for i, raw in enumerate(listed) if isinstance(raw, dict))


def model_path_of(data: dict[str, Any]) -> str | None:
    """Return the detector's name or path; None if it could not be read."""
    model = data.get("model", "embedded")
    path = model.get("path", "embedded") if isinstance(model, dict) else model
    return path if isinstance(path, str) else None


def _camera(raw: dict[str, Any], loc: Loc) -> CameraParts:
    name, source, substream = raw.get("name"), raw.get("source"), raw.get("substream")
    size = salvage(_CAMERA, {"name": "x", "source": "x", "picture_px": raw.get("picture_px")})
    return CameraParts(
        loc=loc,
        name=name if isinstance(name, str) else "",
        source=source if isinstance(source, str) and source else None,
        substream=substream if isinstance(substream, str) and substream else None,
        picture_px=size.picture_px if size else None,
        calibration=salvage(_CALIBRATION, raw.get("calibration")),
        calibration_given=raw.get("calibration") is not None,
        zones=_sound(_ZONE, raw, "zones", loc),
        lines=_sound(_LINE, raw, "lines", loc),
        rules=_sound(_RULE, raw, "rules", loc),
        same_rules=_repeats(_items(raw, "rules"), (*loc, "rules")),
        zone_names=_names(raw, "zones"),
        line_names=_names(raw, "lines"),
        track_names=_tracks(raw),
    )


def _tracks(raw: dict[str, Any]) -> frozenset[str]:
    departures = raw.get("departures")
    names = _items(departures, "tracks") if isinstance(departures, dict) else ()
    zones = [z.get("name") for z in _items(raw, "zones") if isinstance(z, dict) and z.get("kind") == "track"]
    return frozenset(name for name in [*names, *zones] if isinstance(name, str))


def salvage(adapter: TypeAdapter[T], raw: Any) -> T | None:
    """Return `raw` as the adapter's type without the invalid keys; None if the rest is not valid."""
    try:
        return adapter.validate_python(raw, strict=True)
    except ValidationError as error:
        wrong = {part for details in error.errors() for part in details["loc"]}
    if not isinstance(raw, dict):
        return None
    try:
        return adapter.validate_python({k: v for k, v in raw.items() if k not in wrong}, strict=True)
    except ValidationError:
        return None


def _sound(adapter: TypeAdapter[T], raw: dict[str, Any], key: str, loc: Loc) -> tuple[tuple[Loc, T], ...]:
    found = ((((*loc, key, i)), salvage(adapter, item)) for i, item in enumerate(_items(raw, key)))
    return tuple((at, item) for at, item in found if item is not None)


def _repeats(items: tuple[Any, ...], loc: Loc) -> tuple[tuple[Loc, Loc], ...]:
    first: dict[Hashable, int] = {}
    numbered = ((i, first.setdefault(_hashable(item), i)) for i, item in enumerate(items))
    return tuple(((*loc, i), (*loc, before)) for i, before in numbered if before < i)


def _hashable(value: Any) -> Hashable:
    """A plain value so that two are equal if the values are, in any order of keys."""
    if isinstance(value, dict):
        return frozenset((key, _hashable(item)) for key, item in value.items())
    return tuple(_hashable(item) for item in value) if isinstance(value, tuple) else value


def _items(raw: dict[str, Any], key: str) -> tuple[Any, ...]:
    items = raw.get(key)
    return items if isinstance(items, tuple) else ()


def _names(raw: dict[str, Any], key: str) -> frozenset[str]:
    named = (item.get("name") for item in _items(raw, key) if isinstance(item, dict))
    return frozenset(name for name in named if isinstance(name, str))

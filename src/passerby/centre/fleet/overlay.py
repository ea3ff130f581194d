"""Puts desired settings into the text of unit.yaml; comments and all other keys stay."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from passerby.config.edit import changed, flow_map, written
from passerby.contracts.errors import UsageError

Settings = Mapping[str, Any]


def with_settings(text: str, settings: Settings) -> str:
    """Return the text with these settings; the text of a value never stands for an environment variable.

    Raises UsageError for a camera that the unit does not have, for a key that takes its value from the environment
    of the unit, and for a text that cannot be edited.
    """

    def change(data: CommentedMap) -> None:
        for owner, key, value in _targets(data, settings):
            if value is None:
                owner.pop(key, None)
            else:
                owner[key] = _written(value)

    return changed(text, "the unit", change)


def settings_before(text: str, settings: Settings) -> dict[str, Any]:
    """Return what the text has now for each key of `settings`, in the same form: it undoes them.

    A key that the text does not have is null. Raises UsageError as `with_settings`.
    """
    before: dict[str, Any] = {}
    data = _plain(YAML(typ="safe", pure=True).load(text))
    for name, camera in settings.get("cameras", {}).items():
        owner = _camera(data, name)
        before.setdefault("cameras", {})[name] = {key: owner.get(key) for key in camera}
    for key, value in settings.items():
        if key != "cameras":
            now = data.get(key)
            part = isinstance(value, Mapping) and (now is None or isinstance(now, Mapping))
            before[key] = {inner: (now or {}).get(inner) for inner in value} if part else now
    return before


def difference(before: str, after: str) -> str:
    """Return the changed lines of two texts as a unified diff without context; empty if they are equal."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "now", "desired", lineterm="", n=0)
    return "\n".join(lines)


def _targets(data: CommentedMap, settings: Settings) -> Iterator[tuple[CommentedMap, str, Any]]:
    for key, value in settings.items():
        if key == "cameras":
            for name, camera in value.items():
                owner = _camera(data, name)
                yield from ((_local(owner, inner, f"cameras.{name}"), inner, camera[inner]) for inner in camera)
        elif isinstance(value, Mapping):
            owner = data.setdefault(key, CommentedMap())
            yield from ((_local(owner, inner, key), inner, value[inner]) for inner in value)
        else:
            yield _local(data, key, ""), key, value


def _camera(data: Any, name: str) -> Any:
    found = next((one for one in data.get("cameras") or () if one.get("name") == name), None)
    if found is None:
        raise UsageError(f"the unit has no camera {name}; cameras are added on the unit")
    return found


def _local(owner: CommentedMap, key: str, where: str) -> CommentedMap:
    if "${" in str(owner.get(key, "")):
        shown = f"{where}.{key}" if where else key
        raise UsageError(f"{shown} takes a value from the environment of the unit: change it on the unit")
    return owner


def _written(value: Any) -> Any:
    """Return a value as it is written: each zone, line and rule on its own line."""
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        return [flow_map({key: one[key] for key in sorted(one, key=_order)}) for one in value]
    return written(value)


def _order(key: str) -> tuple[bool, bool, str]:
    return key != "kind", key != "name", key


def _plain(value: Any) -> Any:
    """Return a value of the file as JSON has it, with one dollar sign where the file has two."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value).replace("$$", "$")

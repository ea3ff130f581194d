"""docs/configuration.md from the models: `python -m passerby.config.reference > docs/configuration.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from passerby.config.schema import default_of, summary
from passerby.config.walk import choices, limits_of, members, models_in, range_of, unit_of, walk

_INTRODUCTION = """\
<!-- Made from the models in src/passerby/contracts/config.py. Do not edit; run:
     python -m passerby.config.reference > docs/configuration.md -->
# Configuration of a unit

One YAML file configures a unit. [unit.example.yaml](unit.example.yaml) is a complete example.

- `passerby check unit.yaml` lists every problem with its line, or describes what the unit would do.
- `passerby check --schema > unit.schema.json` prints a JSON Schema. With the comment
  `# yaml-language-server: $schema=unit.schema.json` as first line of a configuration, most editors complete keys
  and mark errors.
- An unknown key is an error and never ignored. Write numbers without a unit; the key contains the unit: `_s`
  seconds, `_m` metres on the floor, `_mps` metres per second, `_px` pixels of the main stream, `_deg` degrees.
- `${NAME}` in a text is replaced by the environment variable of that name, which must be set; `$$` is one dollar
  sign. In the user part of an address (`rtsp://viewer:${PASSWORD}@camera/stream`) the value is percent-encoded, so
  the variable contains the plain password. Put passwords and keys there, or in a query value with a name such as
  `token`, `key` or `password`. They are shown as `***` in every displayed address.
- Relative paths are relative to the folder of the configuration.

The column "default" has a value, or one of these words:

| default | meaning |
|---|---|
| must be given | There is no default. A configuration without the key is refused. |
| depends | Whether the key must be given depends on other keys; its meaning says how. |
| automatic | passerby chooses the value; the meaning of the key says how. |
| off | Without the key, what it configures does not happen. |
| empty | An empty list. |
| its keys | The section may be absent; then all its keys have their defaults. |
"""


def page() -> str:
    """The whole page as Markdown; a model that stands in several places has one section."""
    places: dict[type[BaseModel], str] = {}
    for place, model in walk():
        places.setdefault(model, place)
    return _INTRODUCTION + "".join(_section(place, model) for model, place in places.items())


def _section(place: str, model: type[BaseModel]) -> str:
    kind = model.model_fields.get("kind")
    named = f"{place}, kind: {choices(kind)[0]}" if kind and place.endswith("rules[]") else place
    heading = f"\n## `{named}`\n\n" if named else "\n## The top level\n\n"
    head = "| key | value | unit | range | default | meaning |\n|---|---|---|---|---|---|\n"
    return heading + summary(model) + "\n\n" + head + "".join(_rows(model))


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for name, info in model.model_fields.items():
        unit = "" if _kind(info) in ("mapping", "true or false") else unit_of(name)
        cells = (f"`{name}`", _kind(info), unit, _range(info), _default(info), str(info.description))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "must be given"
    if text := default_of(info.default):
        return f"`{text}`"
    if info.default is not None:
        return "its keys" if isinstance(info.default, BaseModel) else "empty"
    says = str(info.description)
    return "automatic" if "if absent" in says else "depends" if "; give it" in says else "off"


def _kind(info: FieldInfo) -> str:
    if words := choices(info):
        return ", ".join(f"`{word}`" for word in words)
    return _type(info.annotation)


def _type(annotation: Any) -> str:
    return " or ".join(_one_type(member) for member in members(annotation))


def _one_type(annotation: Any) -> str:
    args = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return _type(args[0])
    if get_origin(annotation) is tuple and Ellipsis in args:
        return "list" if models_in(args[0]) else f"list of {_type(args[0])}"
    if get_origin(annotation) is tuple:
        return f"[{', '.join(_type(a) for a in args)}]"
    if models_in(annotation):
        return "mapping"
    return {float: "number", int: "whole number", bool: "true or false"}.get(annotation, "text")


def _range(info: FieldInfo) -> str:
    limits = limits_of(info)
    low, high = limits.get("min_length"), limits.get("max_length")
    if low is None:
        return range_of(info)
    if high is None:
        return "not empty" if _kind(info) == "text" else "at least one"
    return f"{low} to {high} characters"


if __name__ == "__main__":
    sys.stdout.write(page())

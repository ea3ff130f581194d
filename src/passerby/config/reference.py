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

One YAML file says everything a unit does. [unit.example.yaml](unit.example.yaml) is a complete one to start from.

- `passerby check unit.yaml` names every problem at once with its line, or says what the unit would do.
- `passerby check --schema > unit.schema.json` prints a JSON Schema. With the comment
  `# yaml-language-server: $schema=unit.schema.json` as first line of a configuration, most editors complete keys
  and mark mistakes.
- An unknown key is a mistake, never ignored. Numbers stand without a unit, because the key's name says it: `_s`
  seconds, `_m` metres on the floor, `_mps` metres per second, `_px` pixels of the main stream, `_deg` degrees.
- `${NAME}` in any text is replaced by the environment variable of that name, which must be set; `$$` is one dollar
  sign. In the user part of an address (`rtsp://viewer:${PASSWORD}@camera/stream`) the value is percent-encoded, so
  the variable holds the password as it is. Keep passwords and keys there, or in a query value named `token`,
  `key`, `password` and the like: these are shown as `***` wherever an address is shown.
- Relative paths count from the folder the configuration is in.
"""


def page() -> str:
    """The whole page as Markdown."""
    return _INTRODUCTION + "".join(_section(place, model) for place, model in walk())


def _section(place: str, model: type[BaseModel]) -> str:
    kind = model.model_fields.get("kind")
    named = f"{place}, kind: {choices(kind)[0]}" if kind and place.endswith("rules[]") else place
    heading = f"\n## `{named}`\n\n" if named else "\n## The top level\n\n"
    head = "| key | value | unit | range | default | meaning |\n|---|---|---|---|---|---|\n"
    return heading + summary(model) + "\n\n" + head + "".join(_rows(model))


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for name, info in model.model_fields.items():
        default = "needed" if info.is_required() else f"`{text}`" if (text := default_of(info.default)) else "none"
        cells = (f"`{name}`", _kind(info), unit_of(name), _range(info), default, str(info.description))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


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
    return {float: "number", int: "whole number"}.get(annotation, "text")


def _range(info: FieldInfo) -> str:
    limits = limits_of(info)
    low, high = limits.get("min_length"), limits.get("max_length")
    if low is None:
        return range_of(info)
    return "at least one" if high is None else f"{low} to {high} characters"


if __name__ == "__main__":
    sys.stdout.write(page())

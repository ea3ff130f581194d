"""JSON Schema of unit.yaml, for completion and error marks in editors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from passerby.config.walk import range_of, unit_of, walk
from passerby.contracts.config import Unit

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def unit_schema() -> dict[str, Any]:
    """Return the schema as plain data. Every key has a description with unit, range and default."""
    schema = Unit.model_json_schema()
    definitions = schema.get("$defs", {})
    for _, model in walk():
        _describe(schema if model is Unit else definitions[model.__name__], model)
    return {"$schema": _DRAFT, **schema, "title": "passerby unit"}


def _describe(node: dict[str, Any], model: type[BaseModel]) -> None:
    node["description"] = summary(model)
    node.pop("title", None)
    for name, info in model.model_fields.items():
        entry = node["properties"][name]
        entry.pop("title", None)
        limits = " ".join(part for part in (range_of(info), unit_of(name)) if part) if range_of(info) else ""
        default = "" if info.is_required() else default_of(entry.get("default"))
        extras = "; ".join(part for part in (limits, default and f"default {default}") if part)
        entry["description"] = f"{info.description} ({extras})" if extras else str(info.description)


def summary(model: type[BaseModel]) -> str:
    """Return the first paragraph of a model's docstring on one line."""
    return " ".join((model.__doc__ or "").split("\n\n")[0].split())


def default_of(value: object) -> str:
    """A default as it is written in YAML; "" for none."""
    if value is None or value in ([], ()) or isinstance(value, dict | BaseModel):  # a mapping has a section
        return ""
    if isinstance(value, BaseModel | dict):
        return "the defaults of its keys"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(str, value))}]"
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)

"""The settings of each kind of rule as fields of a form, from the models."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from passerby.config.schema import default_of, summary
from passerby.config.walk import choices, members, models_in, range_of, unit_of
from passerby.contracts.rules import Rule

Input = Literal["number", "whole", "choice", "several", "spot", "arrow", "form", "text"]


@dataclass(frozen=True, slots=True)
class FormField:
    """One key. default: used if it is not given, "" for none. words: of a choice. fields: of an inner form.

    can_be_off: null is a value with a meaning, and not the default.
    """

    key: str
    input: Input
    unit: str
    limits: str
    default: str
    meaning: str
    is_required: bool
    can_be_off: bool
    words: tuple[str, ...]
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class RuleForm:
    """One kind of rule. place_key: the key with the name of its place."""

    kind: str
    meaning: str
    place_key: str
    fields: tuple[FormField, ...]


def rule_forms() -> tuple[RuleForm, ...]:
    """Return the form of each kind of rule, in the order of the models."""
    models = members(Rule)
    shared = set.intersection(*(set(model.model_fields) for model in models))
    return tuple(_form(model, shared) for model in models)


def _form(model: Any, shared: set[str]) -> RuleForm:
    """Return the form of one kind: fields that must be given first, those that all rules have last."""
    kind = choices(model.model_fields["kind"])[0]
    fields = [field for field in _fields(model) if field.key not in ("kind", model.place_key)]
    fields.sort(key=lambda field: (not field.is_required, field.key in shared))
    return RuleForm(kind, summary(model), model.place_key, tuple(fields))


def _fields(model: type[BaseModel]) -> tuple[FormField, ...]:
    return tuple(_field(key, info) for key, info in model.model_fields.items())


def _field(key: str, info: FieldInfo) -> FormField:
    inner = models_in(info.annotation)
    return FormField(
        key,
        _input(info),
        unit_of(key),
        range_of(info),
        "" if info.is_required() or inner else default_of(info.default),
        str(info.description),
        info.is_required(),
        NoneType in get_args(info.annotation) and info.default is not None and not info.is_required(),
        choices(info),
        _fields(inner[0]) if inner else (),
    )


def _input(info: FieldInfo) -> Input:
    if models_in(info.annotation):
        return "form"
    (kind,) = members(info.annotation)
    is_list = get_origin(kind) is tuple
    if choices(info):
        return "several" if is_list else "choice"
    if is_list:
        return "spot" if get_args(kind)[0] is float else "arrow"
    return {int: "whole", float: "number"}.get(kind, "text")  # type: ignore[return-value]

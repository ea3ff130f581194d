"""The configuration models as a tree, and the position of a pydantic location in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from passerby.config.located import Loc
from passerby.contracts.config import Unit

_SUFFIX_UNITS = (
    ("_per_m2", "people/m2"),
    ("_mps", "m/s"),
    ("_fps", "frames/s"),
    ("_deg", "degrees"),
    ("_px", "px"),
    ("_mb", "MB"),
    ("_m", "m"),
    ("_s", "s"),
    ("_h", "h"),
)
_LIMIT_WORDS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
_LIMIT_NAMES = (*_LIMIT_WORDS, "min_length", "max_length")
_WHOLE_UNITS = {"px": "px", "m": "m", "people": "people", "departures": "trains", "fps": "frames/s"}


def models_in(annotation: Any) -> tuple[type[BaseModel], ...]:
    """Return the models in an annotation, in order."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    return tuple(model for part in get_args(annotation) for model in models_in(part))


def walk(model: type[BaseModel] = Unit, at: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield every model from `model` down with its place: ("cameras[].zones[]", Zone). Depth first."""
    yield at, model
    for name, info in model.model_fields.items():
        many = "[]" if _is_list(info.annotation) else ""
        for child in models_in(info.annotation):
            yield from walk(child, f"{at}.{name}{many}" if at else f"{name}{many}")


def _is_list(annotation: Any) -> bool:
    if get_origin(annotation) is tuple:
        return Ellipsis in get_args(annotation)
    return any(_is_list(part) for part in get_args(annotation))


@dataclass(frozen=True, slots=True)
class Spot:
    """The target of a pydantic location: its place in the file, the last model of the path, the field in it."""

    loc: Loc
    model: type[BaseModel]
    field: FieldInfo | None


def resolve(loc: Loc) -> Spot:
    """Return the target of a pydantic location. Pydantic adds the tag of a union's member; the file has none."""
    here: Any = Unit
    spot = Spot((), Unit, None)
    for part in loc:
        forms = members(here)
        if len(forms) > 1 and isinstance(part, str):
            here = next((form for form in forms if _tag(form) == part), None)
            continue
        here = forms[0] if forms else None
        spot, here = _step(spot, here, part)
    return spot


def _step(spot: Spot, here: Any, part: str | int) -> tuple[Spot, Any]:
    loc = (*spot.loc, part)
    if isinstance(part, int):
        items = get_args(here) if get_origin(here) is tuple else ()
        inside = items[0] if items[-1:] == (Ellipsis,) else items[part] if part < len(items) else None
        return replace(spot, loc=loc), inside
    if isinstance(here, type) and issubclass(here, BaseModel):
        field = here.model_fields.get(part)
        return Spot(loc, here, field), field.annotation if field else None
    return replace(spot, loc=loc), None


def members(annotation: Any) -> tuple[Any, ...]:
    """Return the types of a field: the members of a union without None, or its one type. Tags are kept."""
    if get_origin(annotation) is Annotated and _union_args(get_args(annotation)[0]):
        annotation = get_args(annotation)[0]
    found = _union_args(annotation) or (annotation,)
    members = tuple(m for m in found if m not in (None, NoneType))
    return tuple(get_args(m)[0] for m in members) if len(members) == 1 and _is_annotated(members[0]) else members


def _union_args(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()


def _is_annotated(annotation: Any) -> bool:
    return get_origin(annotation) is Annotated


def _tag(member: Any) -> str:
    for extra in get_args(member)[1:] if _is_annotated(member) else ():
        if isinstance(extra, Tag):
            return extra.tag
    kind = member.model_fields.get("kind") if isinstance(member, type) and issubclass(member, BaseModel) else None
    return str(get_args(kind.annotation)[0]) if kind else ""


def choices(info: FieldInfo) -> tuple[str, ...]:
    """Return the possible words of a field, if it has a fixed set."""
    annotation = info.annotation
    parts = (annotation, *get_args(annotation))
    return next((tuple(str(v) for v in get_args(p)) for p in parts if get_origin(p) is Literal), ())


def unit_of(key: str) -> str:
    """Return the unit in a key's name; "" if it has none."""
    return _WHOLE_UNITS.get(key) or next((unit for end, unit in _SUFFIX_UNITS if key.endswith(end)), "")


def limits_of(info: FieldInfo) -> dict[str, float]:
    """Return the limits of a field by pydantic's names: gt, ge, lt, le, min_length, max_length."""
    found = ((name, getattr(limit, name, None)) for limit in info.metadata for name in _LIMIT_NAMES)
    return {name: value for name, value in found if value is not None}


def range_of(info: FieldInfo) -> str:
    """Return the limits of a number as text: "more than 0 and at most 12"; "" if it has none."""
    limits = limits_of(info)
    return " and ".join(f"{word} {limits[name]:.12g}" for name, word in _LIMIT_WORDS.items() if name in limits)

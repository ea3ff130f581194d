"""The errors of pydantic as sentences with the remedy. No sentence quotes a value from the environment."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from passerby.config.keys import missing, near, rule_kinds, unknown_key, unknown_kind
from passerby.config.located import Marks
from passerby.config.units import instead_of_text, slip
from passerby.config.walk import Spot, choices, limits_of, range_of, resolve, unit_of
from passerby.contracts.errors import Problem
from passerby.contracts.urls import mask_url

_NUMBERS = {"float_type", "float_parsing", "int_type", "int_parsing", "int_from_float"}
_LIMITS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::\d\d)?")
_MAPPINGS = {"model_type", "model_attributes_type", "dict_type"}


def problems(error: ValidationError, marks: Marks) -> list[Problem]:
    """Return the problems to list, in the order of the file."""
    return marks.limited(_problem(d, marks) for d in error.errors(include_url=False) if not _is_echo(d))


def _is_echo(details: ErrorDetails) -> bool:
    """Return whether the list is empty; pydantic also calls a list too short if none of its items is valid."""
    value = details["input"]
    return (
        details["type"] == "too_short" and isinstance(value, tuple) and len(value) >= _limit(details, "min_length")
    )


def shown(value: object, loc: tuple[str | int, ...], marks: Marks) -> str:
    """Return a value for display: never one from the environment, no password, not too long."""
    if loc in marks.from_env:
        return "the value of " + ", ".join(f"${{{name}}}" for name in marks.from_env[loc])
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    text = mask_url(str(value).lower() if isinstance(value, bool) else str(value))
    text = text if len(text) <= 40 else text[:37] + "..."
    return f'"{text}"' if isinstance(value, str) else text


def _problem(details: ErrorDetails, marks: Marks) -> Problem:
    spot = resolve(details["loc"])
    kind = details["type"]
    loc = (*spot.loc, "kind") if kind == "union_tag_invalid" else spot.loc
    return marks.problem(loc, _sentence(kind, details, spot, marks))


def _sentence(kind: str, details: ErrorDetails, spot: Spot, marks: Marks) -> str:
    value, what = details.get("input"), shown(details.get("input"), spot.loc, marks)
    if kind == "value_error":
        return str(details.get("ctx", {}).get("error", details["msg"]))
    if value is None and kind not in ("missing", "extra_forbidden"):
        optional = spot.field is not None and not spot.field.is_required()
        return "is empty: write a value" + (", or remove the key" if optional else "")
    if kind in _NUMBERS:
        return _not_a_number(kind, value, what, spot, marks)
    if kind in _LIMITS or kind == "finite_number":
        return _out_of_range(value, what, spot)
    if kind in _MAPPINGS:
        return f"`key: value` lines are needed here, got {what}"
    simple: dict[str, Callable[[], str]] = {
        "extra_forbidden": lambda: unknown_key(str(spot.loc[-1]), value, spot),
        "missing": lambda: missing(spot),
        "string_type": lambda: _not_text(value, what),
        "string_too_short": lambda: "is empty: write at least one character",
        "string_too_long": lambda: f"is longer than {_limit(details, 'max_length')} characters: shorten it",
        "string_pattern_mismatch": lambda: _not_this_form(details, value, what),
        "string_unicode": lambda: "contains a name that is not UTF-8: rename the file or folder",
        "literal_error": lambda: _not_a_choice(value, what, spot),
        "tuple_type": lambda: f"a list is needed, got {what}",
        "too_short": lambda: _too_few(details),
        "too_long": lambda: (
            f"needs {_limit(details, 'max_length')} numbers, got {_limit(details, 'actual_length')}"
        ),
        "union_tag_not_found": lambda: f"kind is missing: write one of {', '.join(rule_kinds())}",
        "union_tag_invalid": lambda: unknown_kind(str(_limit(details, "tag"))),
    }
    return simple[kind]() if kind in simple else f"{details['msg'].lower()}, got {what}"


def _not_this_form(details: ErrorDetails, value: object, what: str) -> str:
    """Return the sentence for a text that does not match its pattern: a name or a time of day."""
    if ":" not in str(_limit(details, "pattern")):
        form = "begin with a letter or digit, then letters, digits, spaces, points, - and _"
        return f"{what} is not a valid name: {form}"
    found = _TIME.fullmatch(str(value).strip())
    if found is None or what.startswith("the value"):
        return f"{what} is not a time of day: write hours and minutes, for example 08:00"
    hours, minutes = int(found[1]) % 24, found[2]
    return f"{what} is not a time as HH:MM, 00:00 to 23:59: write {hours:02d}:{minutes}"


def _limit(details: ErrorDetails, name: str) -> Any:
    return details.get("ctx", {}).get(name, "?")


def _unit(spot: Spot) -> str:
    unit = unit_of(str(next((p for p in reversed(spot.loc) if isinstance(p, str)), "")))
    return f" of {unit}" if unit else ""


def _last_key(spot: Spot) -> str:
    return str(next((p for p in reversed(spot.loc) if isinstance(p, str)), ""))


def _not_a_number(kind: str, value: object, what: str, spot: Spot, marks: Marks) -> str:
    whole = "whole " if kind.startswith("int") else ""
    needed = f"a {whole}number{_unit(spot)} is needed"
    if spot.loc in marks.from_env:
        return f"{needed}; environment variables give text: write the number itself"
    advice = instead_of_text(_last_key(spot), value) if isinstance(value, str) else None
    return f"{needed}, got {what}" + (f": {advice}" if advice else "")


def _out_of_range(value: object, what: str, spot: Spot) -> str:
    unit = unit_of(_last_key(spot))
    limits = range_of(spot.field) if spot.field else ""
    said = f"must be {limits or 'an ordinary number'}{' ' + unit if unit else ''}, got {what}"
    if not limits or not isinstance(value, int | float) or spot.field is None:
        return said
    bounds = limits_of(spot.field).values()
    advice = slip(_last_key(spot), value, min(bounds), max(bounds)) if value > max(bounds) else None
    return f"{said}: {advice}" if advice else said


def _not_text(value: object, what: str) -> str:
    if isinstance(value, int | float):
        return f'text is needed, got {what}: put it in quotes, "{what}"'
    return f"text is needed, got {what}"


def _not_a_choice(value: object, what: str, spot: Spot) -> str:
    known = choices(spot.field) if spot.field else ()
    hint = near(str(value), known) if isinstance(value, str) and not what.startswith("the value") else ""
    return f"must be one of {', '.join(known)}, got {what}{hint}"


def _too_few(details: ErrorDetails) -> str:
    least, got = _limit(details, "min_length"), _limit(details, "actual_length")
    return f"needs at least {least} item{'s' if least != 1 else ''}, got {got}"

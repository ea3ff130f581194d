"""Reads the settings of a rollout."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from passerby.contracts.errors import UsageError

# A short text with aliases can stand for more than the memory holds.
MOST_VALUES = 1_000_000


def settings_of(text: str, name: str) -> dict[str, dict[str, Any]]:
    """Return the settings by unit in a YAML text. name: of the text, for errors. Raises UsageError."""
    try:
        found = YAML(typ="safe", pure=True).load(text)
        if sum(1 for _ in islice(_values(found), MOST_VALUES + 1)) > MOST_VALUES:
            raise UsageError(f"{name} has more than {MOST_VALUES} values: begin several rollouts")
    except (YAMLError, RecursionError, ValueError) as error:
        raise UsageError(f"{name} is no YAML: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise UsageError(f"{name} must map each unit to its settings: u1: {{cameras: {{Hall 1: {{zones: []}}}}}}")
    return {str(unit): settings for unit, settings in found.items()}


def _values(value: Any) -> Iterator[Any]:
    yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inside:
        yield from _values(one)

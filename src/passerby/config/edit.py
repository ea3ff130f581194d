"""Changes the text of a configuration; comments and other keys stay."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from passerby.contracts.errors import UsageError


def changed(text: str, what: str, change: Callable[[CommentedMap], None]) -> str:
    """Return the text after `change` of its data. what: named in the message.

    Raises UsageError if the text is written in a way that cannot be edited.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        data = yaml.load(text)
        change(data)
        out = io.StringIO()
        yaml.dump(data, out)
    except (YAMLError, StopIteration, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{what} cannot be edited here; change the configuration file by hand") from error
    return out.getvalue()


def camera_of(data: CommentedMap, name: str) -> CommentedMap:
    """Return a camera. Raises StopIteration if there is none of that name."""
    found: CommentedMap = next(one for one in data["cameras"] if one["name"] == name)
    return found


def put(owner: CommentedMap, key: str, made: list[CommentedMap]) -> None:
    """Set a list; an empty one has no key."""
    if made:
        owner[key] = made
    else:
        owner.pop(key, None)


def flow_map(values: Mapping[str, Any]) -> CommentedMap:
    """Return a mapping that is written on one line."""
    made = CommentedMap({key: written(value) for key, value in values.items()})
    made.fa.set_flow_style()
    return made


def flow(values: Iterable[Any]) -> CommentedSeq:
    """Return a list that is written on one line."""
    made = CommentedSeq(values)
    made.fa.set_flow_style()
    return made


def written(value: Any) -> Any:
    """Return a value from outside as it is written: text never stands for an environment variable."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, Mapping):
        return flow_map(value)
    if isinstance(value, list | tuple):
        return flow(written(one) for one in value)
    return value

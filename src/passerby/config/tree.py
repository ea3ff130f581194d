"""Converts YAML to plain values (text, numbers, lists, mappings) and a map of lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from passerby.config.environment import expand, spellings
from passerby.config.located import MOST_PROBLEMS, Loc, Marks
from passerby.contracts.errors import Problem

_TAG = "tag:yaml.org,2002:"
_MAX_NODES = 50_000
_MAX_DEPTH = 30
_LONGEST_NUMBER = 300


class TooMuchError(Exception):
    """The document expands to an excessive size."""


@dataclass(slots=True)
class Tree:
    """Collects lines while nodes are read. Mappings become dicts, sequences tuples; keys are always text."""

    path: str
    env: Mapping[str, str]
    lines: dict[Loc, int] = field(default_factory=dict)
    from_env: dict[Loc, tuple[str, ...]] = field(default_factory=dict)
    problems: dict[Problem, None] = field(default_factory=dict)
    unread: set[Loc] = field(default_factory=set)
    nodes: int = 0

    @property
    def marks(self) -> Marks:
        """Return the positions."""
        used = sorted({name for names in self.from_env.values() for name in names})
        hidden = {text: f"${{{name}}}" for name in used for text in spellings(self.env[name])}
        return Marks(self.path, self.lines, self.from_env, hidden)

    def value(self, node: Node, loc: Loc = ()) -> Any:
        """Return the plain value of `node`. Raises TooMuchError if aliases expand without end."""
        self._count(loc)
        self.lines.setdefault(loc, _line(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, SequenceNode):
            self._refuse_tag(node, loc, "seq")
            return tuple(self.value(child, (*loc, i)) for i, child in enumerate(node.value))
        assert isinstance(node, ScalarNode)
        return self._scalar(node, loc)

    def _count(self, loc: Loc) -> None:
        self.nodes += 1
        if self.nodes > _MAX_NODES or len(loc) > _MAX_DEPTH:
            raise TooMuchError

    def _mapping(self, node: MappingNode, loc: Loc) -> dict[str, Any]:
        self._refuse_tag(node, loc, "map")
        merged: dict[str, Any] = {}
        for key_node, child in node.value:
            if _is_merge(key_node):
                merged = {**self._merge(child, loc), **merged}
        own: dict[str, Any] = {}
        for key_node, child in node.value:
            key = None if _is_merge(key_node) else self._key(key_node, loc)
            if key is not None and not self._is_double(key, key_node, own, loc):
                self.lines[(*loc, key)] = _line(key_node)
                own[key] = self.value(child, (*loc, key))
        return {**merged, **own}

    def _merge(self, node: Node, loc: Loc) -> dict[str, Any]:
        """Return the mappings of `<<: *name`: one, or a list in which the first has precedence."""
        parts = node.value if isinstance(node, SequenceNode) else [node]
        if not all(isinstance(part, MappingNode) for part in parts):
            self._blame(
                loc, node, "<< merges a mapping: write `<<: *name` with the name of a mapping marked with &name"
            )
            return {}
        merged: dict[str, Any] = {}
        for part in reversed(parts):
            self._count(loc)
            merged |= self._mapping(part, loc)
        return merged

    def _key(self, node: Node, loc: Loc) -> str | None:
        if isinstance(node, ScalarNode):
            return str(node.value)
        self._blame(loc, node, "a key must be one plain word, not a list or a mapping")
        return None

    def _is_double(self, key: str, node: Node, own: Mapping[str, Any], loc: Loc) -> bool:
        if key not in own:
            return False
        first = self.lines[(*loc, key)]
        self._blame((*loc, key), node, f"is repeated, first on line {first}: remove one of the two")
        return True

    def _scalar(self, node: ScalarNode, loc: Loc) -> Any:
        kind = (node.tag or "").removeprefix(_TAG)
        if kind in ("int", "float", "bool", "null"):
            return _number(kind, node.value)
        if kind not in ("str", "timestamp"):
            self._refuse_tag(node, loc, "str")
        expanded = expand(node.value, self.env)
        if expanded.names:
            self.from_env[loc] = expanded.names
        for fault in expanded.faults:
            self.unread.add(loc)
            self._blame(loc, node, fault)
        return expanded.text

    def _refuse_tag(self, node: Node, loc: Loc, kind: str) -> None:
        if node.tag not in (None, "", "!", _TAG + kind):
            self.unread.add(loc)
            shown = node.tag.replace(_TAG, "!!")
            self._blame(loc, node, f"the tag {shown} is not used in a configuration: remove it")

    def _blame(self, loc: Loc, node: Node, what: str) -> None:
        if len(self.problems) <= MOST_PROBLEMS:
            self.problems[Marks(self.path, {loc: _line(node)}).problem(loc, what)] = None


def _is_merge(key: Node) -> bool:
    return bool(key.tag == _TAG + "merge")


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _number(kind: str, text: str) -> Any:
    """Return an int, float, bool or None according to YAML 1.2; the text if Python cannot read or print it."""
    if len(text) > _LONGEST_NUMBER:
        return text
    plain = text.replace("_", "")
    try:
        if kind == "int":
            return int(plain, 0) if plain.lstrip("+-")[:2].lower() in ("0x", "0o", "0b") else int(plain)
        if kind == "float":
            return float(plain.lower().replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        return text
    return plain.lower() == "true" if kind == "bool" else None

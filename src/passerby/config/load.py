"""Reads unit.yaml into a checked `Unit`, with all problems and their lines."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from passerby.config.located import Located, Reading, key_of
from passerby.config.messages import problems
from passerby.config.paths import settle
from passerby.config.salvage import cameras_of, model_path_of
from passerby.config.text import compose, read_text
from passerby.config.tree import TooMuchError, Tree
from passerby.contracts.config import Unit
from passerby.contracts.errors import ConfigError, Problem


def load(path: Path, env: Mapping[str, str] | None = None) -> Located:
    """Return the unit in the file at `path`, with `${NAME}` from `env` (default: the process's environment).

    Relative paths are relative to the file's folder. Raises ConfigError with every problem of form;
    `check.load_checked` also checks the meaning.
    """
    reading = read(path, env)
    if reading.unit is None:
        raise ConfigError(reading.problems)
    return Located(reading.unit, reading.marks)


def read(path: Path, env: Mapping[str, str] | None = None, text: str | None = None) -> Reading:
    """Return the readable part of the file, or of a text for it. Raises ConfigError if that is no YAML mapping."""
    tree = Tree(str(path), os.environ if env is None else env)
    root = compose(path, read_text(path) if text is None else text)
    try:
        data = settle(tree.value(root), path.parent)
    except (TooMuchError, RecursionError):
        what = "the file has an excessive size: it contains too many values, nests too deeply or repeats aliases"
        raise ConfigError([Problem(str(path), None, "", what)]) from None
    unit, wrong = _validate(data, tree)
    unread = frozenset(key_of(loc) for loc in tree.unread)
    found = [*tree.problems, *(p for p in wrong if p.key not in unread)]
    return Reading(
        marks=tree.marks,
        unit=None if found else unit,
        cameras=cameras_of(data),
        model_path=model_path_of(data),
        problems=tuple(tree.marks.limited(found)),
        unread=unread,
    )


def _validate(data: dict[str, Any], tree: Tree) -> tuple[Unit | None, list[Problem]]:
    try:
        return Unit.model_validate(data, strict=True), []
    except ValidationError as error:
        return None, problems(error, tree.marks)

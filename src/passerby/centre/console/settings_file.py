"""Reads the file with the settings of a control room's console, with all problems and their lines."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from passerby.centre.console.settings import CentreConsole
from passerby.config.text import compose, read_text
from passerby.config.tree import TooMuchError, Tree
from passerby.contracts.errors import ConfigError, Problem
from passerby.files.home import expanded


def read_settings(path: Path, env: Mapping[str, str] | None = None) -> CentreConsole:
    """Return the settings in the YAML file at `path`, with `${NAME}` from `env` (default: the environment's).

    Relative paths are relative to the file's folder. Raises ConfigError with every problem.
    """
    tree = Tree(str(path), os.environ if env is None else env)
    root = compose(path, read_text(path))
    try:
        data = _joined(tree.value(root), path.parent)
    except (TooMuchError, RecursionError):
        raise ConfigError([Problem(str(path), None, "", "the file contains too many values")]) from None
    try:
        made = CentreConsole.model_validate(data, strict=True)
    except ValidationError as error:
        wrong = [tree.marks.problem(one["loc"], _sentence(one)) for one in error.errors(include_url=False)]
        raise ConfigError(tree.marks.limited([*tree.problems, *wrong])) from None
    if tree.problems:
        raise ConfigError(tree.marks.limited(tree.problems))
    return made


def _sentence(details: ErrorDetails) -> str:
    known = {"extra_forbidden": "there is no such key: remove it", "missing": "is missing: write it"}
    return known.get(details["type"]) or str(details.get("ctx", {}).get("error", details["msg"]))


def _joined(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the settings with paths of files joined to a folder; malformed values are unchanged."""
    made = _files(data, ("unit_ca_file",), folder)
    if isinstance(data.get("console"), dict):
        made["console"] = _files(data["console"], ("certificate", "key"), folder)
    return made


def _files(section: dict[str, Any], keys: tuple[str, ...], folder: Path) -> dict[str, Any]:
    return {
        key: str(folder / expanded(value)) if key in keys and isinstance(value, str) and value else value
        for key, value in section.items()
    }

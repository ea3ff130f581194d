"""A class name has one meaning: it is defined in one module."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import passerby


def class_names(source: Path) -> list[str]:
    """Every class below `source`, nested ones too."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in source.rglob("*.py"))
    return [node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def test_a_class_name_is_defined_once() -> None:
    names = class_names(Path(passerby.__file__).parent)
    assert len(names) > 300  # the walk did find the code
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_a_name_that_is_defined_twice_is_found(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("class Sight:\n    pass\n")
    assert class_names(tmp_path) == ["Sight", "Sight"]

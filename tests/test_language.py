"""Texts that people read use the standard terms of docs/glossary.md and plain sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Words that a standard term has replaced, and turns of phrase that slow a reader down. Names in `code` are exempt:
# persisted names stay (docs/decisions/0014-names.md).
REPLACED = {
    r"\b(told|tells)\b": "reported, reports, emitted",
    r"\b(who|what|whom)ever\b": "a person who ..., the track that ...",
    r"\banew\b": "again",
    r"\bweak box(es)?\b": "low-confidence detection",
    r"\bresurvey": "recalibrate",
    r"\bmisfit\b": "residual",
    r"\b(owed|owes)\b": "pending",
    r"\bforgets?\b": "reset, drop",
    r"\bnobody is\b": "no person is",
    r"\bis held against\b": "is compared with",
}
PAGES = sorted(
    path
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md"))
    if path.is_file()
)
HELP = sorted((ROOT / "src" / "passerby" / "app").glob("*.py"))


def prose(text: str) -> str:
    """The text without code."""
    return re.sub(r"`[^`]*`", "`code`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def strings(path: Path) -> Iterator[str]:
    """Docstrings and messages of a module of the command line; single words are names, not texts."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value


def found_in(text: str) -> list[str]:
    return [
        f"{match.group()!r}: say {better}"
        for pattern, better in REPLACED.items()
        for match in re.finditer(pattern, prose(text), re.IGNORECASE)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_use_standard_terms(page: Path) -> None:
    assert found_in(page.read_text("utf-8")) == []


@pytest.mark.parametrize("module", HELP, ids=lambda path: path.name)
def test_help_and_messages_use_standard_terms(module: Path) -> None:
    assert [found for text in strings(module) for found in found_in(text)] == []


def test_a_replaced_word_is_found_and_code_is_not() -> None:
    assert found_in("It tells whoever is there.") != []
    assert found_in("The measure `misfit` of an event.") == []

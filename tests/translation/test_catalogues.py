from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from passerby.contracts.event_kinds import EVENT_KINDS
from passerby.translation.languages import NAMES
from support.catalogues import SOURCE, messages, read, updated

OTHERS = [code for code in NAMES if code != "en"]


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_pages_scripts_and_events_is_translated(code: str) -> None:
    """If it fails: in tests/, `python -m support.catalogues`; then fill the empty texts in translation/locale."""
    known = {message.id: message.string for message in read(code) if message.id}
    wanted = {message.id for message in updated(code) if message.id}
    assert set(known) == wanted
    empty = [text for text, said in known.items() if not said or (not isinstance(said, str) and not all(said))]
    assert empty == []


def test_messages_are_found_in_all_kinds_of_files() -> None:
    places = {path for message in messages() for path, _ in message.locations}
    for end in (".j2", ".js", "reasons.py", "wording.py", "event_kinds.py"):
        assert any(path.endswith(end) for path in places), end
    ids = {message.id for message in messages()}
    assert {kind.title for kind in EVENT_KINDS.values()} <= ids


def hidden_messages() -> Iterator[str]:
    """Messages inside an f-string, where they are not extracted."""
    for folder in ("console", "charts", "centre"):
        for path in sorted((SOURCE / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    for call in ast.walk(node):
                        name = (
                            call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
                        )
                        if name in ("_", "several", "ngettext") and any(
                            isinstance(a, ast.Constant) for a in call.args
                        ):  # type: ignore[union-attr]
                            yield f"{path.name}:{node.lineno}"


def test_no_message_hides_in_an_f_string() -> None:
    assert list(hidden_messages()) == []

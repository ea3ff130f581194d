from __future__ import annotations

import json
from pathlib import Path

import pytest

from passerby.console.passwords import digest
from passerby.store import tokens
from passerby.store.connect import reading
from passerby.store.results import DATABASE, ResultsStore
from support.stage import command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with ResultsStore(tmp_path / "out"):
        return tmp_path / "out"


def test_tokens_by_command_line(folder: Path) -> None:
    made = command("users", "token", "add", folder, "grafana", "--scope", "metrics", "--scope", "read")
    token = made.out.strip()
    assert len(token) == 43
    with reading(folder / DATABASE) as connection:
        found = tokens.by_digest(connection, digest(token))
    assert found is not None
    assert found.scopes == ("metrics", "read")
    listed = command("users", "token", "list", folder)
    assert "never used" in listed.out
    assert token not in listed.out
    (row,) = json.loads(command("users", "token", "list", folder, "--json").out)
    assert (row["name"], row["scopes"], row["used"]) == ("grafana", ["metrics", "read"], None)
    assert command("users", "token", "remove", folder, "grafana").code == 0
    assert "No tokens." in command("users", "token", "list", folder).out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("grafana", "--scope", "everything"), "everything is not a scope; give some of read, handle"),
        (("<b>", "--scope", "read"), "a name has 1 to 64 letters"),
        (("grafana",), "--scope"),
    ],
)
def test_what_is_refused(folder: Path, arguments: tuple[str, ...], says: str) -> None:
    reported = command("users", "token", "add", folder, *arguments)
    assert reported.code == 2
    assert says in reported.err

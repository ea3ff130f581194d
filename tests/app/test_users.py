from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from passerby.console.passwords import matches
from passerby.store import accounts, audit
from passerby.store.connect import reading
from passerby.store.results import DATABASE
from support.stage import command


def say(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))


def test_accounts_by_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "new"
    say(monkeypatch, "correct horse")
    assert command("users", "add", out, "boss", "--role", "admin", "--password-stdin").code == 0
    say(monkeypatch, "battery staple")
    assert command("users", "add", out, "anna", "--role", "operator", "--password-stdin").code == 0
    listed = json.loads(command("users", "list", out, "--json").out)
    assert [(a["name"], a["role"]) for a in listed] == [("anna", "operator"), ("boss", "admin")]
    assert "password" not in listed[0]
    assert command("users", "role", out, "anna", "viewer").code == 0
    say(monkeypatch, "another password")
    assert command("users", "password", out, "anna", "--password-stdin").code == 0
    with reading(out / DATABASE) as connection:
        anna = accounts.account(connection, "anna")
    assert anna is not None
    assert anna.role == "viewer"
    assert matches("another password", anna.password)
    assert command("users", "remove", out, "anna").code == 0
    assert "anna" not in command("users", "list", out).out


@pytest.mark.parametrize(
    ("arguments", "password", "says"),
    [
        (("anna", "--role", "king"), "long enough!", "king is not a role"),
        (("anna", "--role", "viewer"), "short", "the password has 5 characters; use 10 to 200"),
        (("<b>", "--role", "viewer"), "long enough!", "a name has 1 to 64 letters"),
    ],
)
def test_what_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], password: str, says: str
) -> None:
    say(monkeypatch, password)
    reported = command("users", "add", tmp_path, *arguments, "--password-stdin")
    assert (reported.code, says in reported.err) == (2, True), reported.err


def test_without_a_terminal_the_password_has_to_be_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, "")
    reported = command("users", "add", tmp_path, "anna", "--role", "viewer")
    assert reported.code == 2
    assert "--password-stdin" in reported.err


def test_the_onvif_login_is_made_once_and_can_be_renewed(tmp_path: Path) -> None:
    out = tmp_path / "new"
    first, again = (json.loads(command("users", "onvif", out, "--json").out) for _ in range(2))
    assert first == again
    assert first["password"] in command("users", "onvif", out).out
    renewed = json.loads(command("users", "onvif", out, "--renew", "--json").out)
    assert renewed["password"] != first["password"]
    assert (out / "onvif.json").stat().st_mode & 0o777 == 0o600
    with reading(out / DATABASE) as connection:
        acts = [row.entry.what for row in audit.rows(connection)]
    assert acts.count("ONVIF login") == 2


def test_a_damaged_onvif_login_is_one_sentence(tmp_path: Path) -> None:
    command("users", "onvif", tmp_path)
    (tmp_path / "onvif.json").write_text("{")
    done = command("users", "onvif", tmp_path)
    assert (done.code, "is damaged" in done.err) == (2, True)
    assert command("users", "onvif", tmp_path, "--renew").code == 0

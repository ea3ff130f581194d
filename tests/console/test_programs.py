from __future__ import annotations

import re

import pytest

from passerby.console import programs
from passerby.console.access import ROUTES, SCOPES, of_scopes
from passerby.store import tokens
from support.consoles import ConsoleStage


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_may_do_what_its_scope_says(stage: ConsoleStage, scope: str) -> None:
    program = stage.program(scope)
    for (method, path), access in ROUTES.items():
        if path in ("/login", "/setup", "/logout"):
            continue
        params = {"once": "1"} if path.endswith("/stream") else {}
        status = program.request(method, re.sub(r"\{[^}]*\}", "nothing", path), params=params).status_code
        assert (status == 403) != (access.needs in of_scopes([scope])), f"{method} {path}: {status}"


def test_a_token_that_was_removed_or_never_made_is_refused(stage: ConsoleStage) -> None:
    program = stage.program("read")
    assert program.get("/api/v1/unit").status_code == 200
    stage.store.write(lambda c: tokens.remove(c, "program", "test"))
    refused = program.get("/api/v1/unit")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert refused.headers["content-type"] == "application/problem+json"
    for header in (b"Bearer", b"Bearer ", b"bearer x", b"Basic YTpi", b"Bearer \xff"):
        assert stage.visitor().get("/api/v1/unit", headers={b"authorization": header}).status_code == 401, header


def test_without_a_token_the_answer_says_how_to_get_in(stage: ConsoleStage) -> None:
    """As a program gets it, such as curl: no text/html in its header Accept."""
    for path in ("/", "/api/v1/unit"):
        answer = stage.visitor().get(path, headers={"accept": "*/*"})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        detail = answer.json()["detail"]
        assert "/login" in detail
        assert "Authorization: Bearer TOKEN" in detail
        assert "passerby users token add" in detail


def test_the_use_of_a_token_is_noted_once_in_a_while(stage: ConsoleStage, monkeypatch: pytest.MonkeyPatch) -> None:
    program = stage.program("read")
    used = []
    for now_ms in (1_000_000, 1_030_000, 1_061_000):
        monkeypatch.setattr(programs, "now_ms", lambda now=now_ms: now)
        monkeypatch.setattr(tokens, "now_ms", lambda now=now_ms: now)
        program.get("/api/v1/unit")
        with stage.store.reading() as connection:
            used.append(tokens.tokens(connection)[0].used_ms)
    assert used == [1_000_000, 1_000_000, 1_061_000]


def test_a_login_does_not_lend_its_rights_to_a_token(stage: ConsoleStage) -> None:
    stage.program("read")
    browser = stage.logged_in("admin")
    assert browser.get("/api/v1/audit").status_code == 200
    assert browser.get("/api/v1/audit", headers={"authorization": "Bearer wrong"}).status_code == 401

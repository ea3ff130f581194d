from __future__ import annotations

from pathlib import Path

import pytest

from passerby.console import sessions
from passerby.console.passwords import digest
from passerby.console.sessions import COOKIE
from passerby.contracts.settings import ConsoleSettings
from passerby.store import accounts, audit
from passerby.store.accounts import LoginSession
from support.consoles import PASSWORD, ConsoleStage, console_stage

BROWSER = {"accept": "text/html"}


def acts(stage: ConsoleStage) -> list[tuple[str, str]]:
    with stage.store.reading() as connection:
        return [(row.entry.act, row.entry.actor) for row in audit.rows(connection)]


def test_the_first_account_needs_the_printed_token(stage: ConsoleStage) -> None:
    browser, token = stage.visitor(**BROWSER), stage.app.state.services.first_run.token
    assert browser.get("/").headers["location"] == "/login"
    assert browser.get("/login").headers["location"] == "/setup"
    form = {"token": "guess", "name": "Ada", "password": PASSWORD, "again": PASSWORD}
    assert browser.post("/setup", data=form).status_code == 401
    assert "passwords differ" in browser.post("/setup", data=form | {"token": token, "again": "x"}).text
    short = browser.post("/setup", data=form | {"token": token, "password": "short", "again": "short"})
    assert "use 10 to 200" in short.text
    assert browser.post("/setup", data=form | {"token": token}).headers["location"] == "/"
    assert "Ada" in browser.get("/").text
    assert ("account added", "Ada (console)") in acts(stage)
    again = stage.visitor().post("/setup", data=form | {"token": token, "name": "Eve"})
    assert again.headers["location"] == "/login"
    with stage.store.reading() as connection:
        assert [(a.name, a.role) for a in accounts.accounts(connection)] == [("Ada", "admin")]


def test_there_is_no_token_once_there_is_an_account(tmp_path: Path) -> None:
    with console_stage(tmp_path) as first:
        first.account("anna", "operator")
    with console_stage(tmp_path) as second:
        assert second.app.state.services.first_run.token is None
        assert second.visitor().get("/setup").headers["location"] == "/login"


def test_a_login_and_its_end(stage: ConsoleStage) -> None:
    browser = stage.logged_in("operator")
    cookie = browser.cookies[COOKIE]
    assert browser.get("/").status_code == 200
    assert browser.post("/logout").status_code == 303
    other = stage.visitor()
    other.cookies.set(COOKIE, cookie)
    assert other.get("/").status_code == 401
    assert acts(stage)[-2:] == [("logged in", "operator (console)"), ("logged out", "operator (console)")]


def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(stage: ConsoleStage) -> None:
    stage.account("anna", "operator")
    answer = stage.visitor().post("/login", data={"name": "anna", "password": PASSWORD})
    said = answer.headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=lax" in said
    assert "secure" not in said
    over_https = stage.visitor()
    over_https.base_url = over_https.base_url.copy_with(scheme="https")
    answer = over_https.post("/login", data={"name": "anna", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "max-age" in answer.headers["strict-transport-security"]


def test_a_login_replaces_the_session_that_the_browser_had(stage: ConsoleStage) -> None:
    browser = stage.logged_in("operator")
    before = browser.cookies[COOKIE]
    browser.post("/login", data={"name": "operator", "password": PASSWORD})
    assert browser.cookies[COOKIE] != before
    with stage.store.reading() as connection:
        assert accounts.session(connection, digest(before)) is None


@pytest.mark.parametrize(
    ("after", "leads_to"),
    [
        ("/alarms/7", "/alarms/7"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\r\nSet-Cookie: x=y", "/"),
    ],
)
def test_a_login_leads_to_a_page_of_this_console_only(stage: ConsoleStage, after: str, leads_to: str) -> None:
    stage.account("anna", "operator")
    answer = stage.visitor().post("/login", data={"name": "anna", "password": PASSWORD, "after": after})
    assert answer.headers["location"] == leads_to


def test_guessing_is_slowed_down_for_the_guesser_only(stage: ConsoleStage) -> None:
    stage.account("boss", "admin")
    guesser = stage.visitor()
    answers = [
        guesser.post("/login", data={"name": "boss", "password": "guess" * 3}).status_code for _ in range(7)
    ]
    assert answers == [401] * 5 + [429] * 2
    right = {"name": "boss", "password": PASSWORD}
    assert guesser.post("/login", data=right).status_code == 429
    elsewhere = stage.visitor()
    elsewhere._transport.client = ("10.0.0.7", 1)  # type: ignore[attr-defined]
    assert elsewhere.post("/login", data=right).status_code == 303
    assert [act for act, _ in acts(stage)].count("login refused") == 1


def test_an_unknown_name_is_not_told_from_a_wrong_password(stage: ConsoleStage) -> None:
    stage.account("anna", "operator")
    said = [
        stage.visitor().post("/login", data={"name": name, "password": "wrong password"}).text
        for name in ("anna", "nobody")
    ]
    assert said[0] == said[1]


def test_a_session_ends_without_use_and_after_a_day(stage: ConsoleStage, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = stage.logged_in("operator")
    token = browser.cookies[COOKIE]
    known = stage.app.state.services.sessions
    with stage.store.reading() as connection:
        session = accounts.session(connection, digest(token))
    assert session is not None
    hour_ms = 3_600_000
    for hours, is_valid in ((7.9, True), (8.1, False)):
        monkeypatch.setattr(sessions, "now_ms", lambda h=hours: session.made_ms + round(h * hour_ms))
        assert (known.of(token, passive=True) is not None) == is_valid
    used = LoginSession(session.account, session.csrf, session.made_ms, session.made_ms + 23 * hour_ms)
    monkeypatch.setattr(sessions, "now_ms", lambda: session.made_ms + round(24.5 * hour_ms))
    assert known._is_over(used)


def test_a_removed_account_is_logged_out(stage: ConsoleStage) -> None:
    stage.account("boss", "admin")
    browser = stage.logged_in("viewer")
    stage.store.write(lambda c: accounts.remove(c, "viewer", "test"))
    stage.app.state.services.sessions._believed.clear()
    assert browser.get("/").status_code == 401


def test_behind_a_proxy_links_and_cookie_have_the_path(tmp_path: Path) -> None:
    with console_stage(tmp_path, ConsoleSettings(root_path="/passerby")) as stage:
        stage.account("anna", "operator")
        browser = stage.visitor(**BROWSER)
        browser._transport.root_path = "/passerby"  # type: ignore[attr-defined]
        assert browser.get("/").headers["location"] == "/passerby/login"
        assert 'href="/passerby/static/console.css"' in browser.get("/login").text
        answer = browser.post("/login", data={"name": "anna", "password": PASSWORD})
        assert answer.headers["location"] == "/passerby/"
        assert "Path=/passerby/" in answer.headers["set-cookie"]


def test_a_session_is_found_without_the_store_until_it_changes(stage: ConsoleStage) -> None:
    stage.account("anna", "operator")
    known = stage.app.state.services.sessions
    token = known.begin("anna", None)
    assert known.at_hand(token, passive=True) is None
    assert known.of(token, passive=True) == known.at_hand(token, passive=True)
    assert known.at_hand("another", passive=True) is None
    known.end(token)
    assert known.at_hand(token, passive=True) is None

"""Login by an identity provider, against a small one on the loopback interface."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OctKey
from starlette.testclient import TestClient

from passerby.console import pending
from passerby.console.pending import MOST_PENDING, PendingLogins
from passerby.console.provider import role_of
from passerby.contracts.oidc import OidcLogin
from passerby.contracts.settings import ConsoleSettings
from passerby.store import accounts
from support.consoles import PASSWORD, ConsoleStage, console_stage
from support.identity import CLIENT, SECRET, Identity, identity, key

ROLES = [{"value": "boss", "role": "admin"}, {"value": "staff", "role": "operator"}]


@pytest.fixture
def provider() -> Iterator[Identity]:
    with identity() as made:
        yield made


@pytest.fixture
def stage(tmp_path: Path, provider: Identity) -> Iterator[ConsoleStage]:
    oidc = {
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "roles": ROLES,
        "label": "Metro",
    }
    with console_stage(tmp_path / "out", ConsoleSettings.model_validate({"oidc": oidc})) as made:
        made.account("ada", "admin")
        yield made


def returned(browser: TestClient, provider: Identity, after: str = "/alarms") -> Any:
    """The answer to a browser that comes back from the provider."""
    asked = browser.get("/login/oidc", params={"after": after})
    assert asked.status_code == 303, asked.text
    return browser.get(provider.agree(asked.headers["location"]))


def roles(stage: ConsoleStage) -> dict[str, str]:
    with stage.store.reading() as connection:
        return {account.name: account.role for account in accounts.accounts(connection)}


def test_a_person_is_logged_in_with_the_role_of_the_claim(stage: ConsoleStage, provider: Identity) -> None:
    browser = stage.visitor()
    assert "Log in by Metro" in browser.get("/login", headers={"accept": "text/html"}).text
    answer = returned(browser, provider)
    assert (answer.status_code, answer.headers["location"]) == (303, "/alarms")
    assert browser.get("/").status_code == 200
    assert roles(stage) == {"ada": "admin", "anna": "operator"}
    provider.claims["roles"] = ["boss", "staff"]
    returned(stage.visitor(), provider)
    assert roles(stage)["anna"] == "admin"
    stage.app.state.services.sessions._believed.clear()
    assert browser.get("/api/v1/unit").status_code == 401, "a session with the former role has ended"


def test_a_person_of_the_provider_has_no_password(stage: ConsoleStage, provider: Identity) -> None:
    returned(stage.visitor(), provider)
    for password in (PASSWORD, "oidc ", pending.new_token()):
        assert stage.visitor().post("/login", data={"name": "anna", "password": password}).status_code == 401


@pytest.mark.parametrize(
    ("claims", "status", "says"),
    [
        ({"roles": ["guest"]}, 403, "no role"),
        ({"roles": None}, 403, "no role"),
        ({"preferred_username": None}, 400, "a name has"),
        ({"preferred_username": "ada"}, 400, "another account of this name"),
        ({"aud": "other"}, 502, "not valid"),
        ({"iss": "https://other"}, 502, "not valid"),
        ({"nonce": "old"}, 502, "not valid"),
        ({"exp": 1}, 502, "not valid"),
        ({"exp": None}, 502, "not valid"),
        ({"sub": None}, 502, "not valid"),
        ({"aud": [CLIENT, "x"], "azp": "x"}, 502, "another client"),
    ],
    ids=str,
)
def test_a_token_that_does_not_fit_is_refused(
    stage: ConsoleStage, provider: Identity, claims: dict[str, Any], status: int, says: str
) -> None:
    provider.claims |= claims
    browser = stage.visitor()
    answer = returned(browser, provider)
    assert (answer.status_code, says in answer.text) == (status, True), answer.text
    assert browser.get("/api/v1/unit").status_code == 401
    assert roles(stage) == {"ada": "admin"}


def test_a_token_of_another_key_is_refused(stage: ConsoleStage, provider: Identity) -> None:
    provider.signed_with = key("two")
    assert returned(stage.visitor(), provider).status_code == 502
    secret = OctKey.import_key(SECRET * 4, {"kid": "one"})
    provider.signed_with, provider.algorithm = secret, "HS256"  # type: ignore[assignment]
    assert returned(stage.visitor(), provider).status_code == 502


def test_a_return_belongs_to_one_browser_and_one_login(stage: ConsoleStage, provider: Identity) -> None:
    browser, other = stage.visitor(), stage.visitor()
    back = provider.agree(browser.get("/login/oidc").headers["location"])
    assert other.get(back).status_code == 400
    assert browser.get(back).status_code == 400, "the attempt of another browser has used it up"
    back = provider.agree(browser.get("/login/oidc").headers["location"])
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 400
    refused = browser.get("/login/oidc").headers["location"].split("state=")[1].split("&")[0]
    assert browser.get(f"/login/oidc/return?error=access_denied&state={refused}").status_code == 403


def test_another_subject_with_the_same_name_is_refused(stage: ConsoleStage, provider: Identity) -> None:
    returned(stage.visitor(), provider)
    provider.claims["sub"] = "8"
    assert returned(stage.visitor(), provider).status_code == 400


def test_a_login_leads_to_a_page_of_this_console_only(stage: ConsoleStage, provider: Identity) -> None:
    assert returned(stage.visitor(), provider, "https://evil.example/").headers["location"] == "/"


def test_a_provider_that_does_not_answer(stage: ConsoleStage, provider: Identity) -> None:
    provider.status = 500
    answer = stage.visitor().get("/login/oidc")
    assert (answer.status_code, "identity provider" in answer.json()["detail"]) == (502, True)
    provider.status = 200
    assert returned(stage.visitor(), provider).status_code == 303


def test_without_a_provider_and_before_the_first_account(tmp_path: Path) -> None:
    with console_stage(tmp_path / "plain") as plain:
        assert plain.visitor().get("/login/oidc").status_code == 404
    settings = {"issuer": "https://id.example", "client_id": "x", "roles": ROLES}
    with console_stage(tmp_path / "new", ConsoleSettings.model_validate({"oidc": settings})) as new:
        assert new.visitor().get("/login/oidc").status_code == 409


def test_pending_logins_are_few_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    logins = PendingLogins()
    first, login = logins.begin("/")
    for _ in range(MOST_PENDING):
        state, late = logins.begin("/")
    assert logins.end(first, login.binder) is None
    monkeypatch.setattr(pending, "PENDING_S", -1.0)
    assert logins.end(state, late.binder) is None


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"roles": "staff"}, "operator"),
        ({"roles": ["staff", "boss"]}, "admin"),
        ({"roles": [7, None]}, None),
        ({"roles": {"staff": 1}}, "operator"),
        ({}, None),
        ({"realm": {"roles": ["boss"]}}, None),
    ],
)
def test_the_first_role_that_fits_counts(claims: dict[str, Any], role: str | None) -> None:
    settings = OidcLogin.model_validate({"issuer": "https://id.example", "client_id": "x", "roles": ROLES})
    assert role_of(claims, settings) == role
    deep = settings.model_copy(update={"role_claim": "realm.roles"})
    assert role_of({"realm": claims}, deep) == role


def test_the_secret_is_not_shown() -> None:
    settings = OidcLogin.model_validate(
        {"issuer": "https://id.example", "client_id": "x", "roles": ROLES, "client_secret": "s3cret"}
    )
    assert "s3cret" not in repr(settings) + str(settings) + settings.model_dump_json()

"""Every route x every role, from the router itself: a route that nobody entered into the table is found."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from passerby.console.access import GRANTS, ROUTES, Permission, may
from passerby.console.app import ROUTERS
from passerby.store.accounts import ROLES
from support.consoles import ConsoleStage


def routes() -> Iterator[tuple[str, str]]:
    """Method and path of every route of the console."""
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute), f"{route} has no access check"
            for method in sorted(route.methods):
                yield method, route.path


EVERY = sorted(routes())


def test_every_route_is_in_the_table_and_every_line_is_a_route() -> None:
    assert sorted(ROUTES) == EVERY


def test_every_role_has_permissions() -> None:
    assert set(GRANTS) == set(ROLES)
    assert all(Permission.PUBLIC in granted for granted in GRANTS.values())
    assert not may("burglar", Permission.SEE)
    assert [role for role in ROLES if may(role, Permission.ACCOUNTS)] == ["admin"]
    assert not may("viewer", Permission.LIVE)
    assert not may("privacy_officer", Permission.HANDLE)


def ask(browser: TestClient, method: str, path: str) -> int:
    """The status of a request whose path parameters name nothing."""
    if path.endswith("/stream"):  # an answer without an end; what refuses it comes before
        return browser.request(method, path, params={"once": "1"}).status_code
    return browser.request(method, re.sub(r"\{[^}]*\}", "nothing", path)).status_code


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(stage: ConsoleStage, role: str) -> None:
    browser = stage.logged_in(role)
    for method, path in EVERY:
        if path in ("/login", "/setup", "/logout"):
            continue
        status = ask(browser, method, path)
        is_granted = may(role, ROUTES[method, path].needs)
        assert (status == 403) != is_granted, f"{method} {path}: {status}"
        assert status < 500 or path == "/readyz", f"{method} {path}: {status}"


def test_without_login_only_public_routes_answer(stage: ConsoleStage) -> None:
    stage.account("keeper", "admin")
    for method, path in EVERY:
        status = ask(stage.visitor(), method, path)
        assert (status == 401) == (ROUTES[method, path].needs is not Permission.PUBLIC), (
            f"{method} {path}: {status}"
        )


@pytest.mark.parametrize("role", ROLES)
def test_a_change_without_the_token_of_the_form_is_refused(stage: ConsoleStage, role: str) -> None:
    browser = stage.logged_in(role)
    del browser.headers["x-csrf-token"]
    for method, path in EVERY:
        if method != "GET" and ROUTES[method, path].needs is not Permission.PUBLIC:
            assert ask(browser, method, path) == 403, f"{method} {path}"


def test_a_request_of_another_site_is_refused(stage: ConsoleStage) -> None:
    stage.account("anna", "operator")
    data = {"name": "anna", "password": "x" * 12}
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert stage.visitor(**headers).post("/login", data=data).status_code == 403


def test_a_route_that_is_not_in_the_table_is_refused(stage: ConsoleStage) -> None:
    stage.app.add_api_route("/forgotten", lambda: "secret")
    assert stage.logged_in("admin").get("/forgotten").status_code == 403

"""The pages that need no login: log in, and make the first account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from passerby.console.inside import inside, own_path
from passerby.console.names import check_name
from passerby.console.passwords import check_length, hashed, matches
from passerby.console.services import shell
from passerby.console.sessions import COOKIE
from passerby.contracts.errors import UsageError
from passerby.store import accounts, audit
from passerby.store.audit import Act
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=400)]
NameText = Annotated[str, Form(max_length=64)]
_SETUP = "setup token"


@router.get("/login")
def login_page(request: Request, after: str = "/") -> Response:
    """Show the login form; without any account, the set-up form."""
    if shell(request).first_run.is_open():
        return RedirectResponse(inside(request, "/setup"), 303)
    return _login_form(request, after)


@router.post("/login")
def log_in(request: Request, name: NameText, password: Text, after: Text = "/") -> Response:
    """Begin a session, or show the form again with the reason."""
    try:
        check_password(request, name, password)
    except HTTPException as error:
        return _login_form(request, after, error.detail, error.status_code)
    return logged_in(request, name, after)


def check_password(request: Request, name: str, password: str) -> None:
    """Raise HTTPException 401 for a wrong name or password, 429 after too many of them."""
    known, address = shell(request), _address(request)
    wait_s = known.attempts.begin(name, address)
    if wait_s > 0:
        raise HTTPException(429, _("Too many failed logins. Try again in %(s)s s.", s=round(wait_s)))
    with known.store.reading() as connection:
        account = accounts.account(connection, name)
    if not matches(password, account.password if account else None):
        if known.attempts.waits_now(name, address):
            known.store.write(
                lambda c: audit.record(c, audit.UNIT, Act.LOGIN_REFUSED, "console", f"name {name}, from {address}")
            )
        raise HTTPException(401, _("Name or password is wrong."))
    known.attempts.succeeded(name, address)


@router.post("/logout")
def log_out(request: Request) -> Response:
    """End the session."""
    shell(request).sessions.log_out(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse(inside(request, "/login"), 303)
    answer.delete_cookie(COOKIE, path=inside(request, "/"))
    return answer


@router.get("/setup")
def setup_page(request: Request) -> Response:
    """Show the form for the first account, as long as there is none."""
    if not shell(request).first_run.is_open():
        return RedirectResponse(inside(request, "/login"), 303)
    return _setup_form(request)


@router.post("/setup")
def set_up(request: Request, token: Text, name: NameText, password: Text, again: Text) -> Response:
    """Make the first account, an administrator, for the person who has the printed token."""
    known = shell(request)
    address = _address(request)
    if not known.first_run.is_open():
        return RedirectResponse(inside(request, "/login"), 303)
    wait_s = known.attempts.begin(_SETUP, address)
    if wait_s > 0:
        return _setup_form(request, _("Too many wrong tokens. Try again in %(s)s s.", s=round(wait_s)), 429)
    if not known.first_run.is_token(token.strip()):
        return _setup_form(request, _("The token is wrong. `passerby run` printed it when it started."), 401)
    known.attempts.succeeded(_SETUP, address)
    try:
        check_name(name)
        check_length(password)
        if password != again:
            raise UsageError(_("the two passwords differ"))
        known.first_run.first_account(name, hashed(password))
    except UsageError as error:
        return _setup_form(request, str(error).capitalize() + ".", 400)
    return logged_in(request, name, "/")


def logged_in(request: Request, name: str, after: str) -> Response:
    """Begin a session and lead to a page of this console."""
    known = shell(request)
    token = known.sessions.begin(name, request.cookies.get(COOKIE))
    answer = RedirectResponse(inside(request, own_path(after)), 303)
    answer.set_cookie(
        COOKIE,
        token,
        path=inside(request, "/"),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return answer


def _login_form(request: Request, after: str, error: str = "", status: int = 200) -> Response:
    oidc = shell(request).settings.oidc
    values = {"after": own_path(after), "error": error, "provider": oidc.label if oidc else ""}
    return shell(request).pages.show(request, "login.html.j2", values, status)


def _setup_form(request: Request, error: str = "", status: int = 200) -> Response:
    return shell(request).pages.show(request, "setup.html.j2", {"error": error}, status)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""

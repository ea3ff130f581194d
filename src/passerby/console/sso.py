"""Login by the operator's identity provider: to it and back, with a state that only this browser has."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from passerby.console.inside import inside, own_path
from passerby.console.login import logged_in
from passerby.console.names import check_name
from passerby.console.pending import PENDING_S
from passerby.console.provider import Claims, IdentityProvider, LoginCode, role_of
from passerby.console.services import shell
from passerby.contracts.errors import UsageError
from passerby.contracts.oidc import OidcLogin
from passerby.store import accounts
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
COOKIE = "passerby_oidc"
ACTOR = "identity provider"
Given = Annotated[str, Query(max_length=4000)]


@router.get("/login/oidc")
def begin(request: Request, after: Annotated[str, Query(max_length=400)] = "/") -> Response:
    """Send the browser to the provider."""
    known, provider = shell(request), _provider(request)
    if known.first_run.is_open():
        raise HTTPException(409, _("create the first account before people log in by the identity provider"))
    state, login = known.pending.begin(own_path(after))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(login.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.settings.client_id,
        "redirect_uri": _back(request),
        "scope": "openid profile",
        "state": state,
        "nonce": login.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    answer = RedirectResponse(f"{provider.authorization}?{urlencode(asked)}", 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, login.binder, int(PENDING_S), path=inside(request, "/login"), secure=secure, httponly=True,
        samesite="lax",
    )  # fmt: skip
    return answer


@router.get("/login/oidc/return")
def back(request: Request, state: Given = "", code: Given = "", error: Given = "") -> Response:
    """Begin a session for the person whom the provider names."""
    known, provider = shell(request), _provider(request)
    login = known.pending.end(state, request.cookies.get(COOKIE, ""))
    if login is None:
        raise HTTPException(400, _("this login is unknown or too old; begin again"))
    if error or not code:
        raise HTTPException(403, _("the identity provider refused the login"))
    claims = provider.claims(LoginCode(code, login.verifier, login.nonce, _back(request)))
    name, role = str(claims.get(provider.settings.name_claim, "")), role_of(claims, provider.settings)
    check_name(name)
    if role is None:
        raise HTTPException(403, _("your account at the identity provider has no role in this console"))
    mark = subject_mark(claims, provider.settings)
    known.store.write(lambda c: take_account(c, name, role, mark))
    answer = logged_in(request, name, login.after)
    answer.delete_cookie(COOKIE, path=inside(request, "/login"))
    return answer


def subject_mark(claims: Claims, settings: OidcLogin) -> str:
    """Return what stands in place of a password: no password matches it, and it names the person's subject."""
    return "oidc " + hashlib.sha256(f"{settings.issuer} {claims['sub']}".encode()).hexdigest()


def take_account(connection: sqlite3.Connection, name: str, role: str, mark: str) -> None:
    """Add the account of a person, or give it its present role. Raises UsageError if it belongs to another."""
    known = accounts.account(connection, name)
    if known is None:
        accounts.add(connection, name, role, mark, ACTOR)
    elif known.password != mark:
        raise UsageError(_("there is another account of this name; an administrator has to remove it first"))
    elif known.role != role:
        accounts.set_role(connection, name, role, ACTOR)


def _provider(request: Request) -> IdentityProvider:
    found = shell(request).provider
    if found is None:
        raise HTTPException(404, _("this console has no identity provider"))
    return found


def _back(request: Request) -> str:
    """Return the address to which the provider sends the browser back; it has to be registered there."""
    return f"{request.url.scheme}://{request.url.netloc}{inside(request, '/login/oidc/return')}"

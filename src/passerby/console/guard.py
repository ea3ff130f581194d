"""Decides about every request: is the route listed, who asks, may they, and is it sent by our own page."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from passerby.console.access import Access, Permission
from passerby.console.programs import program
from passerby.console.services import shell
from passerby.console.sessions import COOKIE
from passerby.console.users import ConsoleUser
from passerby.store.accounts import LoginSession
from passerby.translation.current import gettext as _

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"


async def guard(request: Request) -> None:
    """Raise HTTPException 401 or 403 unless the request may be answered; runs before every route."""
    access = _access(request)
    if request.method not in SAFE:
        _require_own_page(request)
    who = _at_hand(request, access) or await run_in_threadpool(_who, request, access)
    request.scope["passerby_person"] = who
    if access.needs is Permission.PUBLIC:
        return
    if who is None:
        raise HTTPException(401, _how_to_get_in(request), {"WWW-Authenticate": "Bearer"})
    if not who.may(access.needs):
        raise HTTPException(
            403, _("your role (%(role)s) does not include this", role=_(who.role.replace("_", " ")))
        )
    if request.method not in SAFE and who.granted is None:  # no page can send the header of a token by itself
        await _require_token(request, who)


def _how_to_get_in(request: Request) -> str:
    address = f"{request.scope.get('root_path', '')}/login"
    return _(
        "people log in at %(address)s in a browser; a program sends the header Authorization: Bearer TOKEN, with "
        "a token from %(command)s",
        address=address,
        command="passerby users token add",
    )


def _access(request: Request) -> Access:
    route = request.scope.get("route")
    path = route.path if isinstance(route, APIRoute) else ""
    method = "GET" if request.method == "HEAD" else request.method
    access = shell(request).routes.get((method, path))
    if access is None:
        raise HTTPException(403, "this address is not in the table of access")
    return access


def _who(request: Request, access: Access) -> ConsoleUser | None:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return shell(request).admit(program(shell(request).store, secret.strip()))
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    return _user(request, shell(request).sessions.of(token, passive=_is_passive(request, access)))


def _at_hand(request: Request, access: Access) -> ConsoleUser | None:
    """Return who asks if memory can say so: a change of thread costs a quarter of the time of a live picture."""
    token = request.cookies.get(COOKIE)
    if not token or not access.often or "authorization" in request.headers:
        return None
    return _user(request, shell(request).sessions.at_hand(token, passive=_is_passive(request, access)))


def _is_passive(request: Request, access: Access) -> bool:
    return access.passive or "x-passive" in request.headers


def _user(request: Request, session: LoginSession | None) -> ConsoleUser | None:
    return None if session is None else shell(request).admit(ConsoleUser(session))


def _require_own_page(request: Request) -> None:
    """Refuse a form that another site sends; a program without these headers has no cookie of ours either."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "this request comes from another site")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "this request comes from another site")


async def _require_token(request: Request, who: ConsoleUser) -> None:
    given = request.headers.get(CSRF_HEADER)
    if given is None:
        form = await request.form()
        field = form.get(CSRF_FIELD)
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(given.encode(), who.session.csrf.encode()):
        raise HTTPException(403, _("the form is too old; load the page again"))

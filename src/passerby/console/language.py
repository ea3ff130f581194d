"""The language of an answer: the person's choice, kept in a cookie, or that of the browser."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from passerby.console.inside import inside, own_path
from passerby.contracts.errors import UsageError
from passerby.translation.current import use
from passerby.translation.languages import NAMES, best

router = APIRouter(include_in_schema=False)
COOKIE, KEPT_S = "passerby_language", 400 * 24 * 3600  # browsers keep no cookie for longer (RFC 6265bis)


@router.post("/language")
def choose(
    request: Request, code: Annotated[str, Form(max_length=10)], after: Annotated[str, Form(max_length=400)] = "/"
) -> Response:
    """Keep the language for this browser, and show the page again."""
    if code not in NAMES:
        raise UsageError(f"there is no such language; there are {', '.join(NAMES)}")
    answer = RedirectResponse(inside(request, own_path(after)), 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, code, KEPT_S, path=inside(request, "/"), secure=secure, httponly=True, samesite="lax"
    )
    return answer


class Spoken:
    """ASGI middleware that sets the language of each page. Answers for programs stay English."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on in its language."""
        if scope["type"] == "http":
            asked = HTTPConnection(scope)
            is_page = "/api/" not in scope["path"]
            use(best(asked.cookies.get(COOKIE, ""), asked.headers.get("accept-language", "")) if is_page else "en")
        await self._app(scope, receive, send)

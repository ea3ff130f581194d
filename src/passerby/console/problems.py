"""Errors as answers: a page for a browser, problem+json (RFC 9457) for a program."""

from __future__ import annotations

import logging
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from passerby.console.services import shell
from passerby.contracts.errors import InputError, PasserbyError, StoreError, UsageError
from passerby.translation.current import gettext as _
from passerby.translation.current import marked

log = logging.getLogger(__name__)
TITLES = {
    400: marked("Bad request"),
    401: marked("Log in first"),
    403: marked("Forbidden"),
    404: marked("Not found"),
    410: marked("Gone"),
    413: marked("Too large"),
    422: marked("Not understood"),
    429: marked("Too many requests"),
    500: marked("Error"),
    503: marked("Not available"),
}


def add_handlers(app: FastAPI) -> None:
    """Answer every error of a route by its kind; the text of an unexpected one is not shown."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(PasserbyError, _ours)
    app.add_exception_handler(Exception, _unexpected)


def problem(request: Request, status: int, detail: str) -> Response:
    """Return the answer to a failed request, as a page or as problem+json."""
    title = HTTPStatus(status).phrase
    if wants_page(request):
        values = {"title": _(TITLES.get(status, title)), "status": status, "detail": detail}
        return shell(request).pages.show(request, "problem.html.j2", values, status)
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json")


def wants_page(request: Request) -> bool:
    """Return whether a browser shows the answer as a page."""
    asks = "text/html" in request.headers.get("accept", "") and "x-passive" not in request.headers
    return asks and "/api/" not in request.url.path


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 401 and wants_page(request) and request.method == "GET":
        root = request.scope.get("root_path", "")
        asked = request.url.path.removeprefix(root)
        after = "" if asked == "/" else f"?after={quote(asked, safe='')}"
        return RedirectResponse(f"{root}/login{after}", 303)
    answer = problem(request, error.status_code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    said = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors()[:10])
    return problem(request, 422, said[:1000])


def _ours(request: Request, error: Exception) -> Response:
    if isinstance(error, UsageError):
        return problem(request, 400, str(error))
    if isinstance(error, InputError):
        return problem(request, 502, str(error))
    if isinstance(error, StoreError):
        log.error("console: %s", error)
        return problem(request, 503, _("the store is not available at the moment; alarms are still raised"))
    return _unexpected(request, error)


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("console: an error in passerby; please report it", exc_info=error)
    return problem(request, 500, _("an error in passerby; the log of the unit has the details"))

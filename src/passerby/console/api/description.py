"""The description of the interface (OpenAPI), made from its routes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse

from passerby.console.access import SCOPES
from passerby.console.api.answers import ApiProblem
from passerby.console.services import shell
from passerby.console.sessions import COOKIE
from passerby.contracts.version import __version__

router = APIRouter(include_in_schema=False)
ABOUT = """What the console shows, for programs: events, alarms, counts, the state of cameras, and the records of
the unit. Nothing here is about one person: there are no tracks, boxes or paths.

Send a token as `Authorization: Bearer TOKEN`; `passerby users token add` makes one. Lists begin with the newest
item; pass `next` of an answer as `cursor` for older ones. Errors are problem+json (RFC 9457). Fields are only
added."""


@router.get("/api/v1/openapi.json")
def openapi(request: Request) -> JSONResponse:
    """Return the description of the interface."""
    return JSONResponse(described(request))


def described(request: Request) -> dict[str, Any]:
    """Return the description: the routes, who may use them, and the form of an error."""
    made = get_openapi(
        title="passerby",
        version=__version__,
        description=ABOUT,
        routes=request.app.routes,
        servers=_servers(request),
    )
    parts = made.setdefault("components", {})
    parts.setdefault("schemas", {})["ApiProblem"] = ApiProblem.model_json_schema()
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": f"scopes: {', '.join(SCOPES)}"},
        "login": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    }
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            operation["security"] = [{"token": []}, {"login": []}]
            operation["x-permission"] = shell(request).routes[method.upper(), path].needs.value
    return made


def _servers(request: Request) -> list[dict[str, Any]]:
    root = str(request.scope.get("root_path", ""))
    return [{"url": root}] if root else []

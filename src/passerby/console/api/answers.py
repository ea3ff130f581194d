"""The answers that every route of the interface may give besides its own."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class ApiProblem(BaseModel):
    """An error (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


_WHY = {
    400: "the request cannot be done as it is; the detail says why",
    401: "no valid token or login",
    403: "the token or the role does not include this",
    404: "there is no such thing",
    422: "a parameter has no valid value",
    503: "the store is not available at the moment",
}


def problems(*more: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of the errors of a route: those of all routes, and `more`."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ApiProblem"}}}
    return {status: {"description": _WHY[status], "content": content} for status in (401, 403, 422, 503, *more)}


def example(value: Any, *more: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of a route's answers, with one good answer."""
    return {200: {"content": {"application/json": {"example": value}}}, **problems(*more)}

"""Paths of pages of this console."""

from __future__ import annotations

from starlette.requests import Request


def own_path(after: str) -> str:
    """Return a path of this console; an address of another site becomes the first page."""
    is_own = after.startswith("/") and not after.startswith(("//", "/\\")) and after.isprintable()
    return after if is_own and "\\" not in after else "/"


def inside(request: Request, path: str) -> str:
    """Return the path of a page of this console, behind the proxy's prefix."""
    return str(request.scope.get("root_path", "")) + path

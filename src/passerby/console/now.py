"""The first page: what asks for attention now."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from passerby.console.services import services

router = APIRouter(include_in_schema=False)


@router.get("/")
def now(request: Request) -> Response:
    """Show the page."""
    return services(request).pages.show(request, "now.html.j2", {})

"""For service managers and load balancers: is the process alive, and can it read what units reported."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import PlainTextResponse

from passerby.centre.console.services import centre
from passerby.contracts.errors import StoreError

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> PlainTextResponse:
    """Return ok while the process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def readyz(request: Request) -> PlainTextResponse:
    """Return ok if both stores can be read; otherwise 503."""
    known = centre(request)
    try:
        known.ports.reported.newest()
        with known.store.reading() as connection:
            connection.execute("SELECT 1 FROM account LIMIT 1")
    except StoreError:
        raise HTTPException(503, "the store cannot be read") from None
    return PlainTextResponse("ok")

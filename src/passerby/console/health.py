"""For service managers and load balancers: is the process alive, and can it do its work."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import PlainTextResponse

from passerby.console.services import services
from passerby.contracts.errors import StoreError

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> PlainTextResponse:
    """Return ok while the process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def readyz(request: Request) -> PlainTextResponse:
    """Return ok once the cameras have been started and the store can be read; otherwise 503."""
    ports = services(request).ports
    if not ports.status.is_ready():
        raise HTTPException(503, "the cameras are not started yet")
    try:
        with ports.store.reading() as connection:
            connection.execute("SELECT 1 FROM event LIMIT 1")
    except StoreError:
        raise HTTPException(503, "the store cannot be read") from None
    return PlainTextResponse("ok")

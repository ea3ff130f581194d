"""The frame of every console: no route without the guard, no answer without the headers of the shield."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, Depends, FastAPI

from passerby.console.guard import guard
from passerby.console.language import Spoken
from passerby.console.problems import add_handlers
from passerby.console.shield import Shield


def guarded_app(title: str, routers: Iterable[APIRouter]) -> FastAPI:
    """Return an application with these routes. Its `state.services` is still to be set."""
    app = FastAPI(
        title=title,
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        dependencies=[Depends(guard)],
    )
    for router in routers:
        app.include_router(router)
    add_handlers(app)
    app.add_middleware(Shield)
    app.add_middleware(Spoken)
    return app

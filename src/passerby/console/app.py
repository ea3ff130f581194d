"""The application: `create` puts its parts together."""

from __future__ import annotations

from fastapi import Depends, FastAPI

from passerby.console import health, login, now, static_files
from passerby.console.attempts import Attempts
from passerby.console.guard import guard
from passerby.console.ports import ConsolePorts
from passerby.console.problems import add_handlers
from passerby.console.rendering import Pages
from passerby.console.services import Services
from passerby.console.sessions import Sessions
from passerby.console.setup import FirstRun
from passerby.console.shield import Shield
from passerby.contracts.settings import ConsoleSettings

ROUTERS = (health.router, static_files.router, login.router, now.router)


def create(ports: ConsolePorts, settings: ConsoleSettings) -> FastAPI:
    """Return the console of a unit as an ASGI application. Raises StoreError if the store cannot be read."""
    app = FastAPI(
        title="passerby console",
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        dependencies=[Depends(guard)],
    )
    app.state.services = Services(
        ports,
        settings,
        Sessions(ports.store, settings.session_idle_h),
        Attempts(),
        FirstRun(ports.store),
        Pages(ports.status.unit().station),
    )
    for router in ROUTERS:
        app.include_router(router)
    add_handlers(app)
    app.add_middleware(Shield)
    return app

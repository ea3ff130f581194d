"""The application of the control room: `create` puts its parts together."""

from __future__ import annotations

from pathlib import Path
from threading import BoundedSemaphore

from fastapi import FastAPI

from passerby.centre.console import (
    alarm_page,
    api,
    audit_page,
    evidence,
    fleet_page,
    flows,
    granting,
    health,
    now,
    people,
    stations,
)
from passerby.centre.console.access import ROUTES
from passerby.centre.console.feed import CentreFeed
from passerby.centre.console.ports import CentrePorts
from passerby.centre.console.services import CentreServices
from passerby.centre.console.user import admitting
from passerby.console import language, login, own_account, sso, static_files, stream
from passerby.console.attempts import Attempts
from passerby.console.guarded import guarded_app
from passerby.console.looks import Looks
from passerby.console.pending import PendingLogins
from passerby.console.provider import IdentityProvider
from passerby.console.rendering import Navigation, Pages
from passerby.console.sessions import Sessions
from passerby.console.setup import FirstRun
from passerby.contracts.settings import ConsoleSettings
from passerby.translation.current import marked

FOLDER = Path(__file__).parent
NAVIGATION: Navigation = (
    ("/", marked("Now"), "see"),
    ("/stations", marked("Stations"), "see"),
    ("/flows", marked("Flows"), "see"),
    ("/fleet", marked("Fleet"), "configure"),
    ("/people", marked("People"), "accounts"),
    ("/audit", marked("Audit"), "audit"),
)
ROUTERS = (
    health.router,
    static_files.router,
    login.router,
    sso.router,
    language.router,
    own_account.router,
    now.router,
    alarm_page.router,
    granting.router,
    evidence.router,
    stations.router,
    flows.router,
    fleet_page.router,
    people.router,
    audit_page.router,
    stream.router,
    *api.ROUTERS,
)


def create(ports: CentrePorts, settings: ConsoleSettings) -> FastAPI:
    """Return the console of a control room as an ASGI application. Raises StoreError if a store cannot be read."""
    app = guarded_app("passerby control room", ROUTERS)
    app.state.services = CentreServices(
        store=ports.store,
        settings=settings,
        sessions=Sessions(ports.store, settings.session_idle_h),
        attempts=Attempts(),
        first_run=FirstRun(ports.store),
        pages=Pages(ports.name, NAVIGATION, FOLDER),
        feed=CentreFeed(ports.store, ports.reported),
        provider=None if settings.oidc is None else IdentityProvider(settings.oidc),
        pending=PendingLogins(),
        routes=ROUTES,
        admit=admitting(ports.store),
        ports=ports,
        looks=Looks(ports.store),
        streams=BoundedSemaphore(evidence.MOST_STREAMS),
    )
    return app

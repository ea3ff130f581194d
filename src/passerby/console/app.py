"""The application: `create` puts its parts together."""

from __future__ import annotations

from fastapi import FastAPI

from passerby.console import (
    add_camera,
    alarm_pages,
    api,
    cameras,
    case,
    evidence,
    floor,
    flow,
    handle,
    health,
    language,
    live,
    login,
    metrics,
    now,
    onvif,
    own_account,
    places,
    public,
    refocus,
    sso,
    static_files,
    stream,
    trial,
    trust,
)
from passerby.console.access import ROUTES
from passerby.console.attempts import Attempts
from passerby.console.feed import Feed
from passerby.console.guarded import guarded_app
from passerby.console.looks import Looks
from passerby.console.onvif_port import OnvifAnswers
from passerby.console.pending import PendingLogins
from passerby.console.ports import ConsolePorts
from passerby.console.provider import IdentityProvider
from passerby.console.rendering import Pages
from passerby.console.services import Services
from passerby.console.sessions import Sessions
from passerby.console.setup import FirstRun
from passerby.console.viewers import Viewers
from passerby.contracts.errors import UsageError
from passerby.contracts.settings import ConsoleSettings

ROUTERS = (
    health.router,
    static_files.router,
    login.router,
    sso.router,
    language.router,
    own_account.router,
    now.router,
    live.router,
    alarm_pages.router,
    handle.router,
    evidence.router,
    case.router,
    stream.router,
    flow.router,
    cameras.router,
    add_camera.router,
    refocus.router,
    places.router,
    trial.router,
    floor.router,
    trust.router,
    public.router,
    onvif.router,
    metrics.router,
    *api.ROUTERS,
)


def create(ports: ConsolePorts, settings: ConsoleSettings) -> FastAPI:
    """Return the console of a unit as an ASGI application.

    Raises StoreError if the store cannot be read, UsageError if a library for ONVIF is wanted and not installed.
    """
    app = guarded_app("passerby console", ROUTERS)
    app.state.services = Services(
        store=ports.store,
        settings=settings,
        sessions=Sessions(ports.store, settings.session_idle_h),
        attempts=Attempts(),
        first_run=FirstRun(ports.store),
        pages=Pages(ports.status.unit().station),
        feed=Feed(ports.store),
        provider=None if settings.oidc is None else IdentityProvider(settings.oidc),
        pending=PendingLogins(),
        routes=ROUTES,
        admit=lambda user: user,
        ports=ports,
        looks=Looks(ports.store),
        viewers=Viewers(),
        onvif=_onvif(ports) if settings.onvif else None,
    )
    return app


def _onvif(ports: ConsolePorts) -> OnvifAnswers:
    try:
        from passerby.console.onvif_service import OnvifService
    except ImportError:
        raise UsageError("console: {onvif: true} needs a further package: pip install 'passerby[onvif]'") from None
    return OnvifService(ports)

"""The parts of the console that its routes share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import HTTPException, Request

from passerby.console.access import Access
from passerby.console.attempts import Attempts
from passerby.console.feed import Feed
from passerby.console.looks import Looks
from passerby.console.onvif_port import OnvifAnswers
from passerby.console.pending import PendingLogins
from passerby.console.ports import ConsolePorts, ConsoleStore
from passerby.console.provider import IdentityProvider
from passerby.console.rendering import Pages
from passerby.console.sessions import Sessions
from passerby.console.setup import FirstRun
from passerby.console.users import ConsoleUser
from passerby.console.viewers import Viewers
from passerby.contracts.settings import ConsoleSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What every console shares, that of a unit and that of a control room: `shell(request)`.

    store: accounts, login sessions and the audit log. routes: who may use each. admit: narrows what a user may do.
    """

    store: ConsoleStore
    settings: ConsoleSettings
    sessions: Sessions
    attempts: Attempts
    first_run: FirstRun
    pages: Pages
    feed: Feed
    provider: IdentityProvider | None
    pending: PendingLogins
    routes: Mapping[tuple[str, str], Access]
    admit: Callable[[ConsoleUser], ConsoleUser]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(Shell):
    """What a route of a unit uses: `services(request)`. onvif: None if the configuration does not ask for it."""

    ports: ConsolePorts
    looks: Looks
    viewers: Viewers
    onvif: OnvifAnswers | None


def shell(request: Request) -> Shell:
    """Return what the consoles share, of the one that a request belongs to."""
    found = request.app.state.services
    assert isinstance(found, Shell)
    return found


def services(request: Request) -> Services:
    """Return the services of the console that a request belongs to."""
    found = request.app.state.services
    assert isinstance(found, Services)
    return found


def person(request: Request) -> ConsoleUser:
    """Return the person who asks. Raises HTTPException 401 if the route is public and nobody is logged in."""
    found = request.scope.get("passerby_person")
    if not isinstance(found, ConsoleUser):
        raise HTTPException(401, "log in first")
    return found

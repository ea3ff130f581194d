"""The parts of the console that its routes share, and the person who asks."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import HTTPException, Request

from passerby.console.access import Permission, may
from passerby.console.attempts import Attempts
from passerby.console.ports import ConsolePorts
from passerby.console.rendering import Pages
from passerby.console.sessions import Sessions
from passerby.console.setup import FirstRun
from passerby.contracts.settings import ConsoleSettings
from passerby.store.accounts import LoginSession, by_console


@dataclass(frozen=True, slots=True)
class Services:
    """What a route uses: `services(request)`."""

    ports: ConsolePorts
    settings: ConsoleSettings
    sessions: Sessions
    attempts: Attempts
    first_run: FirstRun
    pages: Pages


@dataclass(frozen=True, slots=True)
class ConsoleUser:
    """The person who is logged in: `person(request)`."""

    session: LoginSession

    @property
    def name(self) -> str:
        """Name of the account."""
        return self.session.account.name

    @property
    def role(self) -> str:
        """Role of the account."""
        return self.session.account.role

    @property
    def actor(self) -> str:
        """Name in the audit log."""
        return by_console(self.name)

    def may(self, permission: str) -> bool:
        """Return whether the role includes a permission."""
        return may(self.role, Permission(permission))


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

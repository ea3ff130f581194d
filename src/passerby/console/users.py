"""The person who is logged in, or a program with a token."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.console.access import Permission, may
from passerby.store.accounts import LoginSession, by_console
from passerby.store.tokens import PROGRAM_SUFFIX


@dataclass(frozen=True, slots=True)
class ConsoleUser:
    """The person who is logged in, or a program with a token: `services.person(request)`.

    granted: the permissions of a token; None for a person, whose role decides.
    """

    session: LoginSession
    granted: frozenset[Permission] | None = None

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
        return by_console(self.name) if self.granted is None else self.name + PROGRAM_SUFFIX

    def may(self, permission: str) -> bool:
        """Return whether the role, or the token, includes a permission."""
        wanted = Permission(permission)
        return may(self.role, wanted) if self.granted is None else wanted in self.granted

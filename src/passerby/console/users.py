"""The person who is logged in."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.console.access import Permission, may
from passerby.store.accounts import LoginSession, by_console


@dataclass(frozen=True, slots=True)
class ConsoleUser:
    """The person who is logged in: `services.person(request)`."""

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

"""Who uses the control room, and what part of it: the role, narrowed by organisation, stations and grants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from passerby.centre.console.ports import StaffReach
from passerby.console.access import Permission
from passerby.console.ports import ConsoleStore
from passerby.console.users import ConsoleUser
from passerby.store import grants, scopes
from passerby.store.scopes import EVERYWHERE, Organisation, StaffScope
from passerby.store.utc import now_ms

# The most that an account of each organisation may do, whatever its role.
CEILINGS: dict[Organisation, frozenset[Permission]] = {
    Organisation.STATION_STAFF: frozenset(
        {Permission.PUBLIC, Permission.SEE, Permission.EVIDENCE, Permission.HANDLE, Permission.TRANSIT}
    ),
    Organisation.TRAFFIC_CENTRE: frozenset(Permission),
    Organisation.EMERGENCY_SERVICES: frozenset({Permission.PUBLIC, Permission.SEE, Permission.EVIDENCE}),
    Organisation.PRIVACY_OFFICE: frozenset(
        {Permission.PUBLIC, Permission.SEE, Permission.EVIDENCE, Permission.AUDIT}
    ),
}
# Without a scope there is nothing to see; only an administrator can begin without one, to give the others theirs.
FIRST = StaffScope(Organisation.TRAFFIC_CENTRE, frozenset({EVERYWHERE}))
NOWHERE = StaffReach(frozenset())


@dataclass(frozen=True, slots=True)
class CentreUser(ConsoleUser):
    """A person or a program at the control room. scope: None if nobody gave it one."""

    scope: StaffScope | None = None
    reach: StaffReach = NOWHERE

    def may(self, permission: str) -> bool:
        """Return whether the role or token includes a permission, and the organisation does."""
        # No super(): a dataclass with slots is another class than the one whose body this is.
        return ConsoleUser.may(self, permission) and Permission(permission) in ceiling(self.scope)

    @property
    def is_granted_only(self) -> bool:
        """Whether it sees single incidents and no station."""
        return self.scope is not None and self.scope.organisation is Organisation.EMERGENCY_SERVICES


def ceiling(scope: StaffScope | None) -> frozenset[Permission]:
    """Return the most that an account of this scope may do; without one, pages on which nothing is."""
    return frozenset({Permission.PUBLIC, Permission.SEE}) if scope is None else CEILINGS[scope.organisation]


def admitting(store: ConsoleStore) -> Callable[[ConsoleUser], ConsoleUser]:
    """Return what finds the scope and the open grants of a user, at each request."""

    def admit(user: ConsoleUser) -> ConsoleUser:
        name = user.name if user.granted is None else user.actor
        with store.reading() as connection:
            scope = scopes.scope_of(connection, name)
            opened = frozenset(one.alarm for one in grants.open_of(connection, name, now_ms()))
        if scope is None and user.granted is None and user.role == "admin":
            scope = FIRST
        return CentreUser(user.session, user.granted, scope, reach_of(scope, opened))

    return admit


def reach_of(scope: StaffScope | None, opened: frozenset[str]) -> StaffReach:
    """Return what a scope and open grants let see."""
    if scope is None:
        return NOWHERE
    if scope.organisation is Organisation.EMERGENCY_SERVICES:
        return StaffReach(frozenset(), opened)
    return StaffReach(None) if scope.is_everywhere else StaffReach(scope.stations)

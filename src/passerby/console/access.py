"""Who may do what: one table of roles, and one of routes. A route that is not listed is refused to everybody."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What a route lets a person do."""

    PUBLIC = "public"  # without login
    SEE = "see"  # alarms, counts and states, without pictures
    LIVE = "live"  # live pictures
    EVIDENCE = "evidence"  # stills and clips of incidents
    HANDLE = "handle"  # acknowledge, rate, resolve, shelve and hand over alarms
    CONFIGURE = "configure"  # cameras, zones and rules
    AUDIT = "audit"  # audit log and ledger
    ACCOUNTS = "accounts"  # accounts


_SEE = frozenset({Permission.PUBLIC, Permission.SEE})
_PICTURES = _SEE | {Permission.LIVE, Permission.EVIDENCE}
GRANTS: dict[str, frozenset[Permission]] = {
    "viewer": _SEE,
    "operator": _PICTURES | {Permission.HANDLE},
    "engineer": _PICTURES | {Permission.HANDLE, Permission.CONFIGURE},
    "privacy_officer": _PICTURES | {Permission.AUDIT},
    "admin": frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of one route. passive: a request that a page makes by itself, which is no use of the session."""

    needs: Permission
    passive: bool = False


ROUTES: dict[tuple[str, str], Access] = {
    ("GET", "/healthz"): Access(Permission.PUBLIC, passive=True),
    ("GET", "/readyz"): Access(Permission.PUBLIC, passive=True),
    ("GET", "/static/{name}"): Access(Permission.PUBLIC, passive=True),
    ("GET", "/login"): Access(Permission.PUBLIC),
    ("POST", "/login"): Access(Permission.PUBLIC),
    ("GET", "/setup"): Access(Permission.PUBLIC),
    ("POST", "/setup"): Access(Permission.PUBLIC),
    ("POST", "/logout"): Access(Permission.SEE),
    ("GET", "/"): Access(Permission.SEE),
    ("GET", "/now/alarms"): Access(Permission.SEE, passive=True),
    ("GET", "/now/state"): Access(Permission.SEE, passive=True),
    ("GET", "/live/{camera}"): Access(Permission.LIVE, passive=True),
    ("GET", "/alarms"): Access(Permission.SEE),
    ("GET", "/alarms/{alarm}"): Access(Permission.SEE),
    ("POST", "/alarms/{alarm}/acts"): Access(Permission.HANDLE),
    ("GET", "/alarms/{alarm}/still"): Access(Permission.EVIDENCE),
    ("GET", "/alarms/{alarm}/clip"): Access(Permission.EVIDENCE),
    ("GET", "/api/v1/stream"): Access(Permission.SEE, passive=True),
}


def may(role: str, permission: Permission) -> bool:
    """Return whether a role includes a permission; an unknown role includes only what is public."""
    return permission in GRANTS.get(role, frozenset({Permission.PUBLIC}))

"""Who may do what: tables of the roles of people, of the scopes of tokens, and of routes.

A route that is not listed is refused to everybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from passerby.contracts.errors import UsageError


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
    DEPARTURES = "departures"  # report that a train left
    TRANSIT = "transit"  # rounded counts for passenger information
    METRICS = "metrics"  # figures about the program, for monitoring


_SEE = frozenset({Permission.PUBLIC, Permission.SEE, Permission.TRANSIT})
_PICTURES = _SEE | {Permission.LIVE, Permission.EVIDENCE}
GRANTS: dict[str, frozenset[Permission]] = {
    "viewer": _SEE,
    "operator": _PICTURES | {Permission.HANDLE},
    "engineer": _PICTURES | {Permission.HANDLE, Permission.CONFIGURE, Permission.METRICS},
    "privacy_officer": _PICTURES | {Permission.AUDIT},
    "admin": frozenset(Permission),
}
# What the token of a program may be given; each scope by itself.
SCOPES: dict[str, frozenset[Permission]] = {
    "read": frozenset({Permission.SEE}),
    "handle": frozenset({Permission.SEE, Permission.HANDLE}),
    "evidence": frozenset({Permission.EVIDENCE}),
    "audit": frozenset({Permission.AUDIT}),
    "departures": frozenset({Permission.DEPARTURES}),
    "metrics": frozenset({Permission.METRICS}),
    "transit": frozenset({Permission.TRANSIT}),
}


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of one route. passive: a request that a page makes by itself, which is no use of the session.

    often: pages ask many times a second, so a session that was just looked up is found without a change of thread.
    """

    needs: Permission
    passive: bool = False
    often: bool = False


SHARED_ROUTES: dict[tuple[str, str], Access] = {
    ("GET", "/healthz"): Access(Permission.PUBLIC, passive=True),
    ("GET", "/readyz"): Access(Permission.PUBLIC, passive=True),
    ("GET", "/static/{name}"): Access(Permission.PUBLIC, passive=True),
    ("GET", "/login"): Access(Permission.PUBLIC),
    ("POST", "/login"): Access(Permission.PUBLIC),
    ("GET", "/login/oidc"): Access(Permission.PUBLIC),
    ("GET", "/login/oidc/return"): Access(Permission.PUBLIC),
    ("GET", "/setup"): Access(Permission.PUBLIC),
    ("POST", "/setup"): Access(Permission.PUBLIC),
    ("POST", "/language"): Access(Permission.PUBLIC),
    ("POST", "/logout"): Access(Permission.SEE),
    ("GET", "/account"): Access(Permission.SEE),
    ("POST", "/account"): Access(Permission.SEE),
}
"""The routes of every console: login, own account, health of the process."""
ROUTES: dict[tuple[str, str], Access] = {
    **SHARED_ROUTES,
    ("GET", "/"): Access(Permission.SEE),
    ("GET", "/now/alarms"): Access(Permission.SEE, passive=True),
    ("GET", "/now/state"): Access(Permission.SEE, passive=True),
    ("GET", "/live"): Access(Permission.LIVE, passive=True, often=True),
    ("GET", "/live/{camera}"): Access(Permission.LIVE, passive=True, often=True),
    ("GET", "/alarms"): Access(Permission.SEE),
    ("GET", "/alarms/{alarm}"): Access(Permission.SEE),
    ("POST", "/alarms/{alarm}/acts"): Access(Permission.HANDLE),
    ("POST", "/shelves/end"): Access(Permission.HANDLE),
    ("POST", "/cameras/{camera}/maintenance"): Access(Permission.HANDLE),
    ("GET", "/alarms/{alarm}/still"): Access(Permission.EVIDENCE),
    ("GET", "/alarms/{alarm}/clip"): Access(Permission.EVIDENCE),
    ("GET", "/alarms/{alarm}/case"): Access(Permission.EVIDENCE),
    ("GET", "/api/v1/stream"): Access(Permission.SEE, passive=True),
    ("GET", "/flow"): Access(Permission.SEE),
    ("GET", "/flow/{table}.csv"): Access(Permission.SEE),
    ("GET", "/flow/{table}.parquet"): Access(Permission.SEE),
    ("GET", "/cameras"): Access(Permission.SEE),
    ("GET", "/cameras/{camera}"): Access(Permission.SEE),
    ("POST", "/cameras/{camera}/restart"): Access(Permission.CONFIGURE),
    ("POST", "/cameras/{camera}/focus"): Access(Permission.CONFIGURE),
    ("POST", "/cameras/{camera}/remove"): Access(Permission.CONFIGURE),
    ("GET", "/add-camera"): Access(Permission.CONFIGURE),
    ("POST", "/add-camera"): Access(Permission.CONFIGURE),
    ("POST", "/add-camera/devices"): Access(Permission.CONFIGURE),
    ("POST", "/add-camera/streams"): Access(Permission.CONFIGURE),
    ("GET", "/cameras/{camera}/places"): Access(Permission.CONFIGURE),
    ("POST", "/cameras/{camera}/places"): Access(Permission.CONFIGURE),
    ("POST", "/cameras/{camera}/places/check"): Access(Permission.CONFIGURE),
    ("POST", "/cameras/{camera}/places/trial"): Access(Permission.CONFIGURE),
    ("GET", "/cameras/{camera}/trial"): Access(Permission.CONFIGURE),
    ("POST", "/cameras/{camera}/trial/stop"): Access(Permission.CONFIGURE),
    ("POST", "/cameras/{camera}/trial/accept"): Access(Permission.CONFIGURE),
    ("GET", "/cameras/{camera}/floor"): Access(Permission.CONFIGURE),
    ("POST", "/cameras/{camera}/floor"): Access(Permission.CONFIGURE),
    ("POST", "/cameras/{camera}/floor/check"): Access(Permission.CONFIGURE),
    ("POST", "/cameras/{camera}/floor/learned"): Access(Permission.CONFIGURE),
    ("GET", "/trust"): Access(Permission.AUDIT),
    ("GET", "/public"): Access(Permission.PUBLIC, passive=True),
    ("POST", "/onvif/{service}"): Access(Permission.PUBLIC, passive=True),  # it has a login of its own
    ("GET", "/metrics"): Access(Permission.METRICS, passive=True),
    ("GET", "/api/v1/openapi.json"): Access(Permission.SEE),
    ("GET", "/api/v1/unit"): Access(Permission.SEE),
    ("GET", "/api/v1/cameras"): Access(Permission.SEE),
    ("GET", "/api/v1/cameras/{camera}"): Access(Permission.SEE),
    ("GET", "/api/v1/cameras/{camera}/health"): Access(Permission.SEE),
    ("GET", "/api/v1/events"): Access(Permission.SEE),
    ("GET", "/api/v1/events/{event}"): Access(Permission.SEE),
    ("GET", "/api/v1/alarms"): Access(Permission.SEE),
    ("GET", "/api/v1/alarms/{alarm}"): Access(Permission.SEE),
    ("POST", "/api/v1/alarms/{alarm}/acts"): Access(Permission.HANDLE),
    ("GET", "/api/v1/counts/zones"): Access(Permission.SEE),
    ("GET", "/api/v1/counts/lines"): Access(Permission.SEE),
    ("GET", "/api/v1/counts/flows"): Access(Permission.SEE),
    ("GET", "/api/v1/counts/places"): Access(Permission.SEE),
    ("POST", "/api/v1/departures"): Access(Permission.DEPARTURES),
    ("GET", "/api/v1/transit/{feed}"): Access(Permission.TRANSIT),
    ("GET", "/api/v1/ledger"): Access(Permission.AUDIT),
    ("GET", "/api/v1/audit"): Access(Permission.AUDIT),
    ("GET", "/api/v1/audit/verification"): Access(Permission.AUDIT),
}


def of_scopes(scopes: Iterable[str]) -> frozenset[Permission]:
    """Return the permissions of a token; an unknown scope adds none."""
    return frozenset({Permission.PUBLIC}).union(*(SCOPES.get(scope, frozenset()) for scope in scopes))


def check_scopes(scopes: Iterable[str]) -> None:
    """Raise UsageError for a scope that does not exist."""
    for scope in scopes:
        if scope not in SCOPES:
            raise UsageError(f"{scope} is not a scope; give some of {', '.join(SCOPES)}")


def may(role: str, permission: Permission) -> bool:
    """Return whether a role includes a permission; an unknown role includes only what is public."""
    return permission in GRANTS.get(role, frozenset({Permission.PUBLIC}))

"""Who may do what in the control room. A route that is not listed is refused to everybody."""

from __future__ import annotations

from passerby.console.access import SHARED_ROUTES, Access, Permission

ROUTES: dict[tuple[str, str], Access] = {
    **SHARED_ROUTES,
    ("GET", "/"): Access(Permission.SEE),
    ("GET", "/now/alarms"): Access(Permission.SEE, passive=True),
    ("GET", "/now/state"): Access(Permission.SEE, passive=True),
    ("GET", "/alarms/{alarm}"): Access(Permission.SEE),
    ("POST", "/alarms/{alarm}/acts"): Access(Permission.HANDLE),
    ("GET", "/alarms/{alarm}/still"): Access(Permission.EVIDENCE),
    ("GET", "/alarms/{alarm}/clip"): Access(Permission.EVIDENCE),
    ("POST", "/alarms/{alarm}/grants"): Access(Permission.HANDLE),
    ("POST", "/alarms/{alarm}/grants/{grant}/end"): Access(Permission.HANDLE),
    ("GET", "/stations"): Access(Permission.SEE),
    ("GET", "/flows"): Access(Permission.SEE),
    ("GET", "/flows.csv"): Access(Permission.SEE),
    ("GET", "/fleet"): Access(Permission.CONFIGURE),
    ("POST", "/fleet/rollouts"): Access(Permission.CONFIGURE),
    ("POST", "/fleet/undo"): Access(Permission.CONFIGURE),
    ("POST", "/fleet/invitations"): Access(Permission.ACCOUNTS),
    ("POST", "/fleet/revoked"): Access(Permission.ACCOUNTS),
    ("GET", "/people"): Access(Permission.ACCOUNTS),
    ("POST", "/people"): Access(Permission.ACCOUNTS),
    ("GET", "/audit"): Access(Permission.AUDIT),
    ("GET", "/api/v1/stream"): Access(Permission.SEE, passive=True),
    ("GET", "/api/v1/openapi.json"): Access(Permission.SEE),
    ("GET", "/api/v1/alarms"): Access(Permission.SEE),
    ("GET", "/api/v1/alarms/{alarm}"): Access(Permission.SEE),
    ("POST", "/api/v1/alarms/{alarm}/acts"): Access(Permission.HANDLE),
    ("GET", "/api/v1/units"): Access(Permission.SEE),
    ("GET", "/api/v1/flows"): Access(Permission.SEE),
    ("GET", "/api/v1/audit"): Access(Permission.AUDIT),
}

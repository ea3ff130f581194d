"""What the people of the control room did and saw."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from passerby.centre.console.services import centre
from passerby.console.alarm_list import local_time
from passerby.store import audit

router = APIRouter(include_in_schema=False)
MOST_SHOWN = 200


@router.get("/audit")
def audit_page(request: Request) -> Response:
    """Show the newest entries of the audit log."""
    known = centre(request)
    with known.store.reading() as connection:
        entries = [row.entry for row in audit.newest(connection, None, MOST_SHOWN)]
    values = {"entries": entries, "local_time": local_time, "zone": known.ports.timezone}
    return known.pages.show(request, "centre_audit.html.j2", values)

"""The audit log of the control room."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from passerby.centre.console.services import centre
from passerby.console.api.answers import problems
from passerby.console.api.paging import ItemPage, PageQuery, page_of
from passerby.console.api.records import NumberedEntry
from passerby.store import audit

router = APIRouter(prefix="/api/v1", tags=["records"])


@router.get("/audit", responses=problems())
def audit_log(request: Request, wanted: Annotated[PageQuery, Query()]) -> ItemPage[NumberedEntry]:
    """List who did what and when in the control room, the newest first."""
    with centre(request).store.reading() as connection:
        found = audit.newest(connection, wanted.before, wanted.limit + 1)
    rows = [(row.number, NumberedEntry(number=row.number, entry=row.entry)) for row in found]
    return page_of(rows, wanted.limit)

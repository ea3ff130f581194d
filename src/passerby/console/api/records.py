"""The ledger of pictures, and the audit log with its verification."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from passerby.console.api.answers import example
from passerby.console.api.paging import ItemPage, PageQuery, page_of
from passerby.console.ports import ConsolePorts
from passerby.console.services import services
from passerby.store import audit, roots
from passerby.store.audit import Entry
from passerby.store.ledger import Day

router = APIRouter(prefix="/api/v1", tags=["records"])
DAY = {
    "camera": "platform-1",
    "day": "2026-03-01",
    "frames_in": 480,
    "frames_out": 480,
    "pixels_out": 110592000,
    "pixels_covered": 1105920,
    "video_frames": 480,
    "stills": 2,
    "clips": 1,
    "bytes_written": 1200000,
    "lost": 0,
    "files_deleted": 0,
    "bytes_deleted": 0,
}
ENTRY = {"utc": "2026-03-01T07:45:13.000Z", "actor": "anna (console)", "act": "looked", "what": "stills/e1.jpg"}


class NumberedEntry(BaseModel):
    """One line of the audit log with its number."""

    number: int
    entry: Entry


class Verification(BaseModel):
    """Whether the audit log is unchanged. roots: how many published roots it was compared with."""

    whole: bool
    entries: int
    roots: int
    faults: list[str]


class LedgerQuery(BaseModel):
    """Which days."""

    model_config = ConfigDict(extra="forbid")
    camera: str | None = Field(default=None, description="only this camera")


@router.get("/ledger", responses=example([DAY]))
def ledger(request: Request, wanted: Annotated[LedgerQuery, Query()]) -> list[Day]:
    """Return the pictures received, shown, stored and deleted, by day and camera."""
    with services(request).ports.store.queries() as queries:
        return queries.days(wanted.camera)


@router.get("/audit", responses=example({"items": [{"number": 7, "entry": {**ENTRY, "detail": ""}}], "next": "7"}))
def audit_log(request: Request, wanted: Annotated[PageQuery, Query()]) -> ItemPage[NumberedEntry]:
    """List who did what and when, the newest first."""
    with services(request).ports.store.reading() as connection:
        found = audit.newest(connection, wanted.before, wanted.limit + 1)
    rows = [(row.number, NumberedEntry(number=row.number, entry=row.entry)) for row in found]
    return page_of(rows, wanted.limit)


@router.get("/audit/verification", responses=example({"whole": True, "entries": 812, "roots": 3, "faults": []}))
def verification(request: Request) -> Verification:
    """Check the complete audit log, and compare it with the published roots of the unit."""
    return verified(services(request).ports)


def verified(ports: ConsolePorts) -> Verification:
    """Return whether the complete log is unchanged, also by the published roots of the results folder."""
    path = ports.results / roots.ROOTS
    published = roots.read_roots(path) if path.is_file() else []
    with ports.store.reading() as connection:
        faults = list(roots.faults(connection, published))
        entries = audit.size(connection)
    return Verification(whole=not faults, entries=entries, roots=len(published), faults=faults)

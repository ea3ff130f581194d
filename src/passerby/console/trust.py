"""For the data-protection officer: what was seen and kept, who did what, what leaves, and who has access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from passerby.charts.wording import lasting, plain, several
from passerby.console.access import GRANTS
from passerby.console.alarm_list import local_time
from passerby.console.api.records import verified
from passerby.console.escalate import recipients
from passerby.console.evidence import NAMES
from passerby.console.ports import ConsolePorts
from passerby.console.services import services
from passerby.contracts.alarms import Alarm
from passerby.contracts.config import Unit
from passerby.contracts.events import CameraHealth, Event, FlowSample, LineSample, OccupancySample, ZoneSample
from passerby.contracts.settings import ConsoleSettings, Retention
from passerby.store import accounts, audit, tokens
from passerby.store.keeping import PictureFile, pictures
from passerby.store.ledger import Day
from passerby.store.utc import now_ms, utc_text
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
DAYS_SHOWN, ENTRIES_SHOWN = 31, 50
HOUR_MS = 3_600_000
_RECORDS = (Event, Alarm, ZoneSample, LineSample, FlowSample, OccupancySample, CameraHealth)


@dataclass(frozen=True, slots=True)
class KeptKind:
    """Present pictures of one kind. removed_in: time until the oldest is removed by age."""

    kind: str
    files: int
    megabytes: str
    oldest: str
    limit: str
    removed_in: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """One way by which data leaves the unit."""

    what: str
    contents: str
    where: str


@router.get("/trust")
def trust(
    request: Request,
    before: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    verify: Annotated[bool, Query()] = False,
) -> Response:
    """Show the page. before: audit entries below this number. verify: check the complete log."""
    ports = services(request).ports
    unit = ports.status.unit()
    with ports.store.queries() as queries:
        days = queries.days()
        here = pictures(queries, ports.results, now_ms())
        locks = queries.locks()
    with ports.store.reading() as connection:
        found = audit.newest(connection, before, ENTRIES_SHOWN + 1)
        people, programs = accounts.accounts(connection), tokens.tokens(connection)
    values: dict[str, Any] = {
        "zone": unit.timezone,
        "local_time": local_time,
        "text_of": utc_text,
        "days": _newest_days(days),
        "plain": plain,
        "kept": _kept(here, unit.retention, unit.timezone),
        "locks": locks,
        "entries": [(row.number, row.entry) for row in found[:ENTRIES_SHOWN]],
        "older": found[ENTRIES_SHOWN - 1].number if len(found) > ENTRIES_SHOWN else None,
        "verification": verified(ports) if verify else None,
        "ways": _ways(ports, unit, services(request).settings, len(programs)),
        "records": [(kind.__name__, [field.name.rstrip("_") for field in fields(kind)]) for kind in _RECORDS],
        "people": people,
        "programs": programs,
        "grants": {role: sorted(granted - {"public"}) for role, granted in GRANTS.items()},
    }
    return services(request).pages.show(request, "trust.html.j2", values)


def _newest_days(days: Sequence[Day]) -> list[Day]:
    """Return the days of the last month that have rows, the newest first."""
    wanted = sorted({day.day for day in days}, reverse=True)[:DAYS_SHOWN]
    return sorted((day for day in days if day.day in wanted), key=lambda day: (day.day, day.camera), reverse=True)


def _kept(here: Sequence[PictureFile], retention: Retention, zone: str) -> list[KeptKind]:
    now = now_ms()
    rows = []
    for kind, name in NAMES.items():
        mine = [picture for picture in here if picture.kind == kind]
        limit_h = retention.recording_h if kind == "video" else retention.evidence_h
        oldest = min((picture.made_ms for picture in mine if not picture.is_locked), default=None)
        left_s = None if oldest is None else max(0.0, (oldest + limit_h * HOUR_MS - now) / 1000)
        rows.append(
            KeptKind(
                _(name),
                len(mine),
                plain(sum(picture.size for picture in mine) / 1e6, 1),
                "" if oldest is None else local_time(utc_text(oldest), zone),
                lasting(limit_h * 3600),
                "" if left_s is None else lasting(left_s),
            )
        )
    return rows


def _destinations(unit: Unit) -> str:
    return ", ".join(f"{one.name} ({one.kind})" for one in unit.destinations) or _("none")


def _ways(ports: ConsolePorts, unit: Unit, console: ConsoleSettings, programs: int) -> list[WayOut]:
    away = (
        _("this machine only")
        if console.listen in ("127.0.0.1", "::1", "localhost")
        else _("%(address)s, by HTTPS", address=console.listen)
    )
    return [
        WayOut(
            _("Console"),
            _("alarms, counts, redacted pictures, by role"),
            _("people with an account; %(where)s", where=away),
        ),
        WayOut(
            _("Interface for programs"), _("the records below, by scope"), several(programs, "token", "tokens")
        ),
        WayOut(
            _("Public page"), _("rounded counts, 15 minutes old"), _("everybody") if console.public else _("off")
        ),
        WayOut(
            _("Files of the results folder"),
            _("the records below, redacted pictures"),
            _("the folder %(name)s", name=ports.results.name),
        ),
        WayOut(_("Destinations"), _("events, without pictures"), _destinations(unit)),
        WayOut(
            _("Escalation"),
            _("one alarm in words, when a person asks for it"),
            ", ".join(recipients(unit)) or _("none"),
        ),
        WayOut(
            _("Cameras"),
            _("requests for their stream"),
            several(len(unit.cameras), "configured address", "configured addresses"),
        ),
    ]

"""The cameras: how they are and were, their live pictures, and a restart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from passerby.charts.occupancy import occupancy
from passerby.charts.svg import html
from passerby.charts.wording import lasting, plain, several, wall_clock
from passerby.console import days, unit_state
from passerby.console.alarm_list import local_time
from passerby.console.days import LocalDay
from passerby.console.inside import inside
from passerby.console.places import known_camera
from passerby.console.ports import CameraHistory
from passerby.console.refocus import lens_of
from passerby.console.services import person, services
from passerby.contracts.config import Camera
from passerby.contracts.events import CameraHealth, CameraStatus
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.filters import SampleFilter
from passerby.store.shelves import Shelves
from passerby.store.utc import now_ms, utc_text
from passerby.translation.current import gettext as _
from passerby.translation.current import marked

router = APIRouter(include_in_schema=False)
WALLS = (1, 4, 9, 16)
# A day and a week: one report a minute and camera.
HISTORIES_H = (24, 168)
LISTED_STATES = 10
_STATES = {
    CameraStatus.CONNECTING: marked("connecting"),
    CameraStatus.STALE: marked("old picture"),
    CameraStatus.DOWN: marked("no picture"),
    CameraStatus.BLIND: marked("shows nothing"),
}


@dataclass(frozen=True, slots=True)
class CameraRow:
    """One camera in the list. now: its present state."""

    camera: Camera
    now: unit_state.CameraNow
    restarts: int


@dataclass(frozen=True, slots=True)
class StateTime:
    """A time in which a camera had one state."""

    begin: str
    lasted: str
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class HealthHistory:
    """A camera's last hours. states: begin, length, state and reason of the last times when it was not live."""

    says: str
    chart: Markup
    states: tuple[StateTime, ...]


@router.get("/cameras")
def cameras(
    request: Request, wall: Annotated[int, Query(ge=1, le=16)] = 4, page: Annotated[int, Query(ge=0, le=1000)] = 0
) -> Response:
    """Show all cameras, and a wall of live pictures. wall: pictures at a time. page: which part of them."""
    known = services(request)
    unit = known.ports.status.unit()
    with known.ports.store.reading() as connection:
        state = unit_state.state(connection, unit, [])
    restarts = known.ports.status.failures()
    rows = [
        CameraRow(camera, now, restarts.get(camera.name, 0))
        for camera, now in zip(unit.cameras, state.cameras, strict=True)
    ]
    names = [camera.name for camera in unit.cameras]
    values: dict[str, Any] = {
        "rows": rows,
        "wall": wall,
        "walls": WALLS,
        "page": page,
        "pages": -(-len(names) // wall),
        "tiles": names[page * wall : (page + 1) * wall],
    }
    return known.pages.show(request, "cameras.html.j2", values)


@router.get("/cameras/{camera}")
def camera(request: Request, camera: str, hours: Literal["24", "168"] = "24") -> Response:
    """Show one camera. hours: of its history."""
    known, found, back_h = services(request), known_camera(request, camera), int(hours)
    begin = datetime.now(UTC) - timedelta(hours=back_h)
    span = LocalDay(begin.date(), now_ms() - back_h * 3_600_000, back_h * 3600.0)
    with known.ports.store.queries() as queries:
        samples = list(queries.samples(CameraHealth, SampleFilter(camera=(camera,), since=span.since)))
    history = known.ports.status.history(camera)
    values: dict[str, Any] = {
        "camera": found,
        "health": health_of(span, samples),
        "hours": back_h,
        "histories": HISTORIES_H,
        "lens": lens_of(known.ports.status.focused().get(camera)) if found.onvif else None,
        "newest": samples[-1] if samples else None,
        "restarts": known.ports.status.failures().get(camera, 0),
        "picture": _size(found, history),
        "plain": plain,
        "maintained": maintained(request, camera),
    }
    return known.pages.show(request, "camera.html.j2", values)


@router.post("/cameras/{camera}/restart")
def restart(request: Request, camera: str) -> Response:
    """Ask the unit to restart one camera; the others go on."""
    known, who = services(request), person(request)
    known_camera(request, camera)
    known.ports.control.restart(camera)
    known.ports.store.write(lambda c: audit.record(c, who.actor, Act.REQUESTED, camera, "restart"))
    return RedirectResponse(inside(request, f"/cameras/{camera}"), 303)


def maintained(request: Request, camera: str) -> str:
    """Return until when all alarms of a camera are shelved, as local time; "" if they are not."""
    known, now = services(request), utc_text(now_ms())
    ends = [s.until_utc for s in Shelves(known.ports.results)() if s.covers(camera, "", "", now) and not s.kind]
    return local_time(max(ends), known.ports.status.unit().timezone) if ends else ""


def health_of(span: LocalDay, samples: list[CameraHealth]) -> HealthHistory | None:
    """Return the pictures per second over the last hours, and when it was not live; None without a report."""
    if not samples:
        return None
    values = days.minutes(span, ((s.utc, s.window_s, s.fps) for s in samples))
    high = max(1.0, *(s.fps for s in samples))
    down = [s for s in samples if not s.state.has_pictures]
    minutes = several(round(sum(s.window_s for s in down) / 60), "minute", "minutes")
    skipped, damaged = (
        plain(sum(of), 0) for of in zip(*((s.dropped, s.decode_errors) for s in samples), strict=True)
    )
    says = _(
        "%(minutes)s without pictures, %(skipped)s pictures skipped, %(damaged)s damaged",
        minutes=minutes,
        skipped=skipped,
        damaged=damaged,
    )
    chart = occupancy(
        values, days.MINUTE_S, span.seconds, _("Pictures per second: %(says)s", says=says), high=high
    )
    return HealthHistory(says, Markup(html(chart)), _not_live(samples))  # noqa: S704  charts.svg escapes


def _not_live(samples: list[CameraHealth]) -> tuple[StateTime, ...]:
    """Return the last times when the camera was not live; reports of one state in a row are one time."""
    found = []
    for (state, why), group in groupby(samples, lambda s: (s.state, s.why)):
        if state is not CameraStatus.LIVE:
            same = list(group)
            lasted = lasting(sum(s.window_s for s in same))
            found.append(
                StateTime(wall_clock(same[0].utc) or "", lasted, _(_STATES[state]), _(why) if why else "")
            )
    return tuple(found[-LISTED_STATES:])


def _size(camera: Camera, history: CameraHistory | None) -> str:
    size = history.picture_wh if history else camera.picture_px
    return _("not known yet") if size is None else f"{size[0]} × {size[1]} px"

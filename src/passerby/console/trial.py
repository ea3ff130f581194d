"""A trial: drawn rules run beside the present ones, and the page compares what each has raised."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from passerby.charts.wording import measured
from passerby.console.alarm_list import local_time
from passerby.console.inside import inside
from passerby.console.places import diff, known_camera, present, save_version
from passerby.console.reasons import title
from passerby.console.services import person, services
from passerby.contracts.drawing import DrawnPlaces
from passerby.contracts.events import Event
from passerby.contracts.trial import TrialIncident, TrialState
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.utc import utc_text
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class TrialRow:
    """What was raised of one kind at one place. now, trial: by the present and by the tried rules."""

    kind: str
    place: str
    now: int
    trial: int


@router.post("/cameras/{camera}/places/trial")
def start(request: Request, camera: str, drawn: DrawnPlaces) -> Response:
    """Begin a trial of drawn places and rules; nothing of it is stored or sent."""
    known, who = services(request), person(request)
    changes = diff(present(request, camera, drawn), drawn)
    known.ports.control.try_places(drawn, who.actor)
    detail = "trial: " + "; ".join(changes)
    known.ports.store.write(lambda c: audit.record(c, who.actor, Act.REQUESTED, camera, detail[:500]))
    return JSONResponse({"trial": True})


@router.get("/cameras/{camera}/trial")
def trial(request: Request, camera: str) -> Response:
    """Show what the trial has raised beside what the present rules have raised in the same time."""
    known, state = services(request), _state(request, camera)
    zone = known.ports.status.unit().timezone
    values: dict[str, Any] = {
        "camera": camera,
        "since": local_time(utc_text(state.since_ms), zone),
        "actor": state.actor,
        "changes": diff(present(request, camera, state.drawn), state.drawn),
        "rows": rows_of(state),
        "incidents": [
            (local_time(one.event.utc, zone), title(one.event.kind), one.event.place, _measures(one.event), one.by)
            for one in state.incidents[:MOST_SHOWN]
        ],
    }
    return known.pages.show(request, "trial.html.j2", values)


@router.post("/cameras/{camera}/trial/stop")
def stop(request: Request, camera: str) -> Response:
    """End a trial; the present rules stay."""
    _state(request, camera)
    services(request).ports.control.stop_trial(camera)
    return _back(request, camera)


@router.post("/cameras/{camera}/trial/accept")
def accept(request: Request, camera: str) -> Response:
    """Save what was tried as a new version, and end the trial."""
    state = _state(request, camera)
    save_version(request, camera, state.drawn)
    services(request).ports.control.stop_trial(camera)
    return _back(request, camera)


def rows_of(state: TrialState) -> list[TrialRow]:
    """Return the numbers by kind and place."""
    made = Counter[tuple[str, str, bool]]()
    for one in state.incidents:
        made.update(_sides(one))
    keys = sorted({(kind, place) for kind, place, _ in made})
    return [
        TrialRow(title(kind), place, made[kind, place, False], made[kind, place, True]) for kind, place in keys
    ]


def _sides(one: TrialIncident) -> list[tuple[str, str, bool]]:
    sides = {"now": (False,), "trial": (True,), "both": (False, True)}[one.by]
    return [(one.event.kind, one.event.place, side) for side in sides]


def _measures(event: Event) -> str:
    return ", ".join(f"{_(one.name.replace('_', ' '))} {measured(one)}" for one in event.measures)


def _state(request: Request, camera: str) -> TrialState:
    known_camera(request, camera)
    found = services(request).ports.status.trial(camera)
    if found is None:
        raise HTTPException(404, _("there is no trial of this camera; the unit ends trials when it stops"))
    return found


def _back(request: Request, camera: str) -> Response:
    return RedirectResponse(inside(request, f"/cameras/{camera}/places"), 303)

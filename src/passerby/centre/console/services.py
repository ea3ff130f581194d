"""The parts of the control room's console that its routes share."""

from __future__ import annotations

from dataclasses import dataclass
from threading import BoundedSemaphore

from fastapi import HTTPException, Request

from passerby.centre.console.ports import CentrePorts
from passerby.centre.console.user import CentreUser
from passerby.console.looks import Looks
from passerby.console.services import Shell


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreServices(Shell):
    """What a route of the control room uses. streams: how many pictures may be on their way at a time."""

    ports: CentrePorts
    looks: Looks
    streams: BoundedSemaphore


def centre(request: Request) -> CentreServices:
    """Return the services of the control room that a request belongs to."""
    found = request.app.state.services
    assert isinstance(found, CentreServices)
    return found


def user(request: Request) -> CentreUser:
    """Return the user who asks. Raises HTTPException 401 if nobody is logged in."""
    found = request.scope.get("passerby_person")
    if not isinstance(found, CentreUser):
        raise HTTPException(401, "log in first")
    return found

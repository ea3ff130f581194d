"""Add a camera by its address or by what the network shows, and remove one."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from pydantic import Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from passerby.console.inside import inside
from passerby.console.places import known_camera
from passerby.console.services import Services, person, services
from passerby.contracts.errors import PasserbyError
from passerby.contracts.new_camera import CameraLogin, NewCamera
from passerby.contracts.urls import mask_url
from passerby.store import audit
from passerby.store.audit import Act

router = APIRouter(include_in_schema=False)
# The unit applies a configuration several times a second; the next page should know the camera.
APPLIED_S, _POLL_S = 5.0, 0.05
Short = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Form(max_length=1000)]


class Device(CameraLogin):
    """The ONVIF service of a camera whose streams a person asks for."""

    address: str = Field(max_length=1000)


@router.get("/add-camera")
def add_page(request: Request) -> Response:
    """Show the form."""
    return _form(request)


@router.post("/add-camera")
def add(
    request: Request,
    name: Short,
    address: Long,
    user: Short = "",
    password: Short = "",
    onvif: Long = "",
) -> Response:
    """Write a camera into the configuration; the unit starts it, the others go on. Its login is never shown."""
    known, who = services(request), person(request)
    new = NewCamera(name=name, address=address, user=user, password=password, onvif=onvif)
    try:
        known.ports.control.add_camera(new)
    except PasserbyError as error:
        return _form(request, str(error), 400, new)
    where = mask_url(new.address)
    known.ports.store.write(
        lambda c: audit.record(c, who.actor, Act.CONFIGURED, new.name, f"added: {where}"[:500])
    )
    _wait(known, new.name, is_there=True)
    return RedirectResponse(inside(request, f"/cameras/{quote(new.name)}"), 303)


@router.post("/add-camera/devices")
def devices(request: Request) -> Response:
    """Return the ONVIF cameras that answer in the network."""
    found = services(request).ports.finder.devices()
    return JSONResponse({"devices": [asdict(one) for one in found]})


@router.post("/add-camera/streams")
def streams(request: Request, device: Device) -> Response:
    """Return the streams of one ONVIF camera, without its login."""
    found = services(request).ports.finder.streams(device.address, device)
    return JSONResponse({"streams": [asdict(one) for one in found]})


@router.post("/cameras/{camera}/remove")
def remove(request: Request, camera: str) -> Response:
    """Take a camera out of the configuration; what it recorded stays until its time is over."""
    known, who = services(request), person(request)
    known_camera(request, camera)
    known.ports.control.remove_camera(camera)
    known.ports.store.write(lambda c: audit.record(c, who.actor, Act.CONFIGURED, camera, "removed"))
    _wait(known, camera, is_there=False)
    return RedirectResponse(inside(request, "/cameras"), 303)


def _wait(known: Services, name: str, *, is_there: bool) -> None:
    until_s = time.monotonic() + APPLIED_S
    while time.monotonic() < until_s:
        if any(one.name == name for one in known.ports.status.unit().cameras) == is_there:
            return
        time.sleep(_POLL_S)


def _form(request: Request, error: str = "", status: int = 200, given: NewCamera | None = None) -> Response:
    values: dict[str, Any] = {
        "error": error,
        "name": given.name if given else "",
        "address": mask_url(given.address) if given else "",
        "user": given.user if given else "",
    }
    return services(request).pages.show(request, "add_camera.html.j2", values, status)

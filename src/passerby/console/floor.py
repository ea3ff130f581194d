"""The calibration page: known lengths and points on the redacted picture, and what floor they give."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from passerby.console.places import known_camera, picture_px
from passerby.console.services import person, services
from passerby.contracts.config import Camera
from passerby.contracts.drawing import DrawnFloor
from passerby.contracts.errors import UsageError
from passerby.store import audit
from passerby.store.audit import Act
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)


@router.get("/cameras/{camera}/floor")
def editor(request: Request, camera: str) -> Response:
    """Show the page."""
    known, found = services(request), known_camera(request, camera)
    size = picture_px(request, found)
    values: dict[str, Any] = {
        "camera": camera,
        "size": size,
        "floor": "" if size is None else floor_of(found, size).model_dump_json(),
        "is_learned": found.calibration is not None and found.calibration.people,
        "is_given": found.calibration is not None,
    }
    known.looks.note(person(request), f"live {camera}")
    return known.pages.show(request, "floor.html.j2", values)


@router.post("/cameras/{camera}/floor/check")
def check(request: Request, camera: str, drawn: DrawnFloor) -> Response:
    """Return the residuals, the errors by height in the picture, and the grid of metres of a drawn floor."""
    _fitting(request, camera, drawn)
    return JSONResponse(asdict(services(request).ports.control.try_floor(drawn)))


@router.post("/cameras/{camera}/floor")
def save(request: Request, camera: str, drawn: DrawnFloor) -> Response:
    """Write a drawn floor into the configuration; the camera restarts with it, the others go on."""
    known, who = services(request), person(request)
    _fitting(request, camera, drawn)
    known.ports.control.save_floor(drawn)
    words = f"calibration: {len(drawn.points)} points, {len(drawn.lengths)} lengths"
    known.ports.store.write(lambda c: audit.record(c, who.actor, Act.CONFIGURED, camera, words))
    return JSONResponse({"saved": True})


@router.post("/cameras/{camera}/floor/learned")
def use_learned(request: Request, camera: str) -> Response:
    """Use the floor that walking people gave in place of the drawn one; the camera restarts with it."""
    known, who = services(request), person(request)
    known_camera(request, camera)
    known.ports.control.use_learned_floor(camera)
    words = "calibration: the floor learned from people"
    known.ports.store.write(lambda c: audit.record(c, who.actor, Act.CONFIGURED, camera, words))
    return JSONResponse({"saved": True})


def floor_of(camera: Camera, size: tuple[int, int]) -> DrawnFloor:
    """Return the present calibration of a camera as if it were drawn."""
    known = camera.calibration
    if known is None:
        return DrawnFloor(camera=camera.name, picture_px=size)
    return DrawnFloor(
        camera=camera.name,
        picture_px=size,
        points=known.points,
        lengths=known.lengths,
        height_m=known.height_m,
        tilt_deg=known.tilt_deg,
        hfov_deg=known.hfov_deg,
        focal_px=known.focal_px,
    )


def _fitting(request: Request, camera: str, drawn: DrawnFloor) -> None:
    size = picture_px(request, known_camera(request, camera))
    if drawn.camera != camera or size is None or drawn.picture_px != size:
        raise UsageError(_("the drawing does not belong to the present picture; load the page again"))

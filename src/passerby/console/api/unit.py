"""The unit and its cameras: what is configured, and how they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request

from passerby.console.api.answers import example
from passerby.console.api.paging import ItemPage, WindowQuery, page_of
from passerby.console.services import services
from passerby.contracts.config import Camera
from passerby.contracts.events import SCHEMA, CameraHealth
from passerby.contracts.version import __version__
from passerby.store.filters import SampleFilter
from passerby.store.samples import HEALTH

router = APIRouter(prefix="/api/v1", tags=["unit"])
HEALTH_EXAMPLE = {
    "camera": "platform-1",
    "from_s": 60.0,
    "utc": "2026-03-01T07:46:00.000Z",
    "window_s": 60.0,
    "state": "live",
    "fps": 8.0,
    "dropped": 0,
    "decode_errors": 0,
    "p95_ms": 41.5,
    "utc_err_ms": None,
}
CAMERA = {
    "name": "platform-1",
    "zones": ["platform"],
    "lines": ["stairs"],
    "rules": ["loitering"],
    "redaction": "silhouette",
    "is_calibrated": True,
    "restarts": 0,
    "health": HEALTH_EXAMPLE,
}


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """The unit. schema: of its events. lost: records that could not be stored, by kind."""

    station: str
    version: str
    schema: int
    timezone: str
    cameras: tuple[str, ...]
    is_ready: bool
    lost: dict[str, int]


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """One camera: the names of its zones and lines, its rules, and its health in the latest window.

    restarts: how often it was restarted after an error. health: null if there is none so far.
    """

    name: str
    zones: tuple[str, ...]
    lines: tuple[str, ...]
    rules: tuple[str, ...]
    redaction: str
    is_calibrated: bool
    restarts: int
    health: CameraHealth | None


@router.get(
    "/unit",
    responses=example(
        {
            "station": "Riverside",
            "version": "0.2.0",
            "schema": 1,
            "timezone": "UTC",
            "cameras": ["platform-1"],
            "is_ready": True,
            "lost": {},
        }
    ),
)
def unit(request: Request) -> UnitInfo:
    """Return the station, the cameras and the version of this unit."""
    status = services(request).ports.status
    known = status.unit()
    names = tuple(camera.name for camera in known.cameras)
    return UnitInfo(
        *(known.station, __version__, SCHEMA, known.timezone, names, status.is_ready(), dict(status.lost()))
    )


@router.get("/cameras", responses=example([CAMERA]))
def cameras(request: Request) -> list[CameraInfo]:
    """Return all cameras."""
    return [_info(request, camera) for camera in services(request).ports.status.unit().cameras]


@router.get("/cameras/{camera}", responses=example(CAMERA, 404))
def one_camera(request: Request, camera: str) -> CameraInfo:
    """Return one camera."""
    return _info(request, _known(request, camera))


@router.get("/cameras/{camera}/health", responses=example({"items": [HEALTH_EXAMPLE], "next": None}, 404))
def health(request: Request, camera: str, wanted: Annotated[WindowQuery, Query()]) -> ItemPage[CameraHealth]:
    """List the windows of a camera's health, the newest first."""
    since, until = wanted.times()
    where = HEALTH.where(SampleFilter(camera=(_known(request, camera).name,), since=since, until=until))
    where.before_row(wanted.before)
    with services(request).ports.store.reading() as connection:
        return page_of(HEALTH.newest(connection, where, wanted.limit + 1), wanted.limit)


def _known(request: Request, name: str) -> Camera:
    for camera in services(request).ports.status.unit().cameras:
        if camera.name == name:
            return camera
    raise HTTPException(404, "there is no camera of that name")


def _info(request: Request, camera: Camera) -> CameraInfo:
    ports = services(request).ports
    with ports.store.queries() as queries:
        newest = list(queries.samples(CameraHealth, SampleFilter(camera=(camera.name,), last=1)))
    return CameraInfo(
        camera.name,
        tuple(zone.name for zone in camera.zones),
        tuple(line.name for line in camera.lines),
        tuple(rule.kind for rule in camera.rules),
        camera.redaction.mode,
        camera.calibration is not None,
        ports.status.failures().get(camera.name, 0),
        newest[0] if newest else None,
    )

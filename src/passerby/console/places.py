"""The editor of zones, lines and rules: drawn on the redacted picture, checked, and kept as versions."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import JSONResponse, Response

from passerby.console.alarm_list import local_time
from passerby.console.rule_texts import forms_json
from passerby.console.services import person, services
from passerby.contracts.config import Camera
from passerby.contracts.drawing import DrawnLine, DrawnPlaces, DrawnZone, RuleSettings
from passerby.contracts.errors import UsageError
from passerby.store import audit, place_versions
from passerby.store.audit import Act
from passerby.store.place_versions import PlaceVersion
from passerby.store.utc import utc_text
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
KINDS = ("platform", "edge", "track", "passage", "stairs", "hall", "area", "staff")
MOST_DIFF_LINES = 100


@router.get("/cameras/{camera}/places")
def editor(
    request: Request, camera: str, version: Annotated[int | None, Query(ge=0, lt=2**63)] = None
) -> Response:
    """Show the editor. version: begin with an earlier version, which is saved only on request."""
    known, found = services(request), known_camera(request, camera)
    size = picture_px(request, found)
    now = None if size is None else drawn_of(found, size)
    with known.ports.store.reading() as connection:
        versions = place_versions.versions(connection, camera)
        chosen = place_versions.version(connection, camera, version) if version is not None else None
    if version is not None and chosen is None:
        raise HTTPException(404, _("there is no such version"))
    values: dict[str, Any] = {
        "camera": camera,
        "size": size,
        "places": "" if now is None else _draft(now, chosen),
        "kinds": KINDS,
        "versions": [
            (v.row, local_time(utc_text(v.at_ms), known.ports.status.unit().timezone), v.actor) for v in versions
        ],
        "chosen": version,
        "forms": forms_json(),
        "is_tried": known.ports.status.trial(camera) is not None,
    }
    known.looks.note(person(request), f"live {camera}")
    return known.pages.show(request, "places.html.j2", values)


@router.post("/cameras/{camera}/places/check")
def check(request: Request, camera: str, drawn: DrawnPlaces) -> Response:
    """Return what is wrong with drawn places, and how they differ from the present ones."""
    now = present(request, camera, drawn)
    problems = services(request).ports.control.check_places(drawn)
    return JSONResponse({"problems": problems, "diff": diff(now, drawn)})


@router.post("/cameras/{camera}/places")
def save(request: Request, camera: str, drawn: DrawnPlaces) -> Response:
    """Save drawn places as a new version; the camera restarts with them, the others go on."""
    save_version(request, camera, drawn)
    return JSONResponse({"saved": True})


def save_version(request: Request, camera: str, drawn: DrawnPlaces) -> None:
    """Write drawn places into the configuration, the versions and the audit log. Raises UsageError."""
    known, who = services(request), person(request)
    now = present(request, camera, drawn)
    changes = diff(now, drawn)
    if not changes:
        raise UsageError(_("nothing was changed"))
    known.ports.control.save_places(drawn)

    def store(connection: Any) -> None:
        if not place_versions.versions(connection, camera):
            place_versions.add(connection, camera, audit.UNIT, now.model_dump_json())
        place_versions.add(connection, camera, who.actor, drawn.model_dump_json())
        audit.record(connection, who.actor, Act.CONFIGURED, camera, "; ".join(changes)[:500])

    known.ports.store.write(store)


def known_camera(request: Request, name: str) -> Camera:
    """Return a camera of the present configuration. Raises HTTPException 404."""
    for camera in services(request).ports.status.unit().cameras:
        if camera.name == name:
            return camera
    raise HTTPException(404, _("there is no camera of that name"))


def picture_px(request: Request, camera: Camera) -> tuple[int, int] | None:
    """Return the size in which a camera's places are drawn; None if it is not known yet."""
    if camera.picture_px is not None:
        return camera.picture_px
    history = services(request).ports.status.history(camera.name)
    return None if history is None else history.picture_wh


def drawn_of(camera: Camera, size: tuple[int, int]) -> DrawnPlaces:
    """Return the present places of a camera as if they were drawn."""
    return DrawnPlaces(
        camera=camera.name,
        picture_px=size,
        zones=tuple(
            DrawnZone(name=z.name, was=z.name, kind=z.kind, polygon_px=z.polygon_px) for z in camera.zones
        ),
        lines=tuple(DrawnLine(name=x.name, was=x.name, from_px=x.from_px, to_px=x.to_px) for x in camera.lines),
        rules=tuple(rule.model_dump(mode="json", exclude_unset=True) for rule in camera.rules),
    )


def diff(before: DrawnPlaces, after: DrawnPlaces) -> list[str]:
    """Return the lines that went (-) and came (+)."""
    if after.rules is None:
        after = after.model_copy(update={"rules": before.rules})
    changes = difflib.unified_diff(_lines(before), _lines(after), n=0, lineterm="")
    return [line for line in changes if line[:1] in "+-" and not line.startswith(("+++", "---"))][:MOST_DIFF_LINES]


def _lines(places: DrawnPlaces) -> list[str]:
    zones = [f"zone {z.name} ({z.kind}): {_points(z.polygon_px)}" for z in places.zones]
    lines = [f"line {x.name}: {_points((x.from_px, x.to_px))}" for x in places.lines]
    return [*zones, *lines, *(_rule_line(rule) for rule in places.rules or ())]


def _rule_line(rule: RuleSettings) -> str:
    place = rule.get("zone", rule.get("line", ""))
    rest = ", ".join(_given((k, v) for k, v in sorted(rule.items()) if k not in ("kind", "zone", "line")))
    return f"rule {rule.get('kind')} at {place}" + (f": {rest}" if rest else "")


def _given(items: Iterable[tuple[str, object]]) -> Iterable[str]:
    for key, value in items:
        shown = f"{value:g}" if isinstance(value, float) else "off" if value is None else json.dumps(value)
        yield f"{key} {shown.replace(chr(34), '')}"


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in points)


def present(request: Request, camera: str, drawn: DrawnPlaces) -> DrawnPlaces:
    """Return the present places. Raises UsageError for a drawing of another camera, size or older state."""
    found = known_camera(request, camera)
    size = picture_px(request, found)
    if drawn.camera != camera or size is None or drawn.picture_px != size:
        raise UsageError(_("the drawing does not belong to the present picture; load the page again"))
    now = drawn_of(found, size)
    names = {zone.name for zone in now.zones}, {line.name for line in now.lines}
    if {z.was for z in drawn.zones} - {""} - names[0] or {x.was for x in drawn.lines} - {""} - names[1]:
        raise UsageError(_("the zones or lines were changed meanwhile; load the page again"))
    return now


def _draft(now: DrawnPlaces, chosen: PlaceVersion | None) -> str:
    """Return the JSON to begin with: the present places, or those of a version as changes of the present ones."""
    if chosen is None:
        return now.model_dump_json()
    old = json.loads(chosen.places)
    for kind, known in (("zones", {z.name for z in now.zones}), ("lines", {x.name for x in now.lines})):
        for one in old[kind]:
            one["was"] = one["name"] if one["name"] in known else ""
    rules = old.get("rules")  # versions from before rules were edited here have none
    kept = now.model_dump(mode="json")["rules"] if rules is None else rules
    return json.dumps({**old, "picture_px": list(now.picture_px), "rules": kept})

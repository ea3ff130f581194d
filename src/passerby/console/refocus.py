"""The lens of a camera: what the last refocus measured, and a refocus on request."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from passerby.charts.focus_curve import focus_curve
from passerby.charts.svg import html
from passerby.charts.wording import plain
from passerby.console.inside import inside
from passerby.console.places import known_camera
from passerby.console.services import person, services
from passerby.contracts.focus import FocusReport
from passerby.store import audit
from passerby.store.audit import Act
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class LensView:
    """The last refocus in words, and its curve; "" without measurements."""

    says: str
    curve: Markup


@router.post("/cameras/{camera}/focus")
def focus(request: Request, camera: str) -> Response:
    """Ask the unit to refocus one camera; its rules are paused while the lens moves."""
    known, who = services(request), person(request)
    known_camera(request, camera)
    known.ports.control.focus(camera)
    known.ports.store.write(lambda c: audit.record(c, who.actor, Act.REQUESTED, camera, "focus"))
    return RedirectResponse(inside(request, f"/cameras/{camera}"), 303)


def lens_of(report: FocusReport | str | None) -> LensView:
    """Return the last refocus as the page shows it."""
    if report is None:
        return LensView(_("The lens was not moved since the unit started."), Markup())
    if isinstance(report, str):
        return LensView(_("The last refocus failed: %(why)s", why=report), Markup())
    found = _("a sharper position was found") if report.is_changed else _("the lens is where it was")
    says = _(
        "Last refocus: %(found)s; sharpness %(before)s, now %(after)s, after %(n)s measurements.",
        found=found,
        before=plain(report.before, 2),
        after=plain(report.after, 2),
        n=report.measurements,
    )
    if len(report.curve) < 2:
        return LensView(says, Markup())
    label = _("Sharpness by the position of the lens")
    return LensView(says, Markup(html(focus_curve(report.curve, report.to_position, label))))  # noqa: S704  escaped

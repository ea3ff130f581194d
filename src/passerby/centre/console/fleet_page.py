"""The page of the fleet: which unit has which configuration, and rollouts of other ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from passerby.centre.console import unit_list
from passerby.centre.console.services import centre, user
from passerby.centre.console.unit_list import ListedUnit
from passerby.centre.fleet.ports import FleetUnit, Rollout
from passerby.centre.fleet.settings_text import settings_of
from passerby.console.alarm_list import local_time
from passerby.console.inside import inside
from passerby.contracts.errors import UsageError
from passerby.store.utc import optional_text, utc_text
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
LONGEST_SETTINGS = 200_000


@dataclass(frozen=True, slots=True)
class UnitOfFleet:
    """A unit that the user may see. member: None if it has not joined."""

    listed: ListedUnit
    member: FleetUnit | None

    @property
    def state(self) -> str:
        """Whether it takes configurations, in words."""
        if self.member is None:
            return _("not joined")
        return _("joined") if self.member.serial is not None else _("revoked")


@router.get("/fleet")
def fleet(request: Request) -> Response:
    """Show the units and the newest rollout."""
    return _page(request)


@router.post("/fleet/rollouts")
def begin(
    request: Request,
    settings: Annotated[str, Form(max_length=LONGEST_SETTINGS)],
    canaries: Annotated[list[str] | None, Form(max_length=1000)] = None,
) -> Response:
    """Begin a rollout at the canary stations."""
    wanted = settings_of(settings, _("the text of the settings"))
    for unit in wanted:
        _within_reach(request, unit)
    centre(request).ports.fleet.begin(wanted, canaries or (), user(request).actor)
    return RedirectResponse(inside(request, "/fleet"), 303)


@router.post("/fleet/undo")
def undo(request: Request) -> Response:
    """Halt the newest rollout and give its units their former values."""
    desk = centre(request).ports.fleet
    newest = next(iter(desk.store.rollouts()), None)
    if newest is not None and not all(map(user(request).reach.includes, _stations(newest))):
        raise UsageError(_("this rollout concerns stations of others, too; ask somebody who sees all of them"))
    desk.undo_newest(user(request).actor)
    return RedirectResponse(inside(request, "/fleet"), 303)


@router.post("/fleet/invitations")
def invite(request: Request, unit: Annotated[str, Form(max_length=200)]) -> Response:
    """Show the token with which a unit joins, this once."""
    _within_reach(request, unit)
    token = centre(request).ports.fleet.invite(unit, user(request).actor)
    return _page(request, invited=unit, token=token)


@router.post("/fleet/revoked")
def revoke(request: Request, unit: Annotated[str, Form(max_length=200)]) -> Response:
    """Refuse the reports and the certificate of a unit from now on."""
    _within_reach(request, unit)
    centre(request).ports.fleet.revoke(unit, user(request).actor)
    return RedirectResponse(inside(request, "/fleet"), 303)


def _page(request: Request, invited: str = "", token: str = "") -> Response:
    known, reach = centre(request), user(request).reach
    members = {one.unit: one for one in known.ports.fleet.store.units()}
    units = [UnitOfFleet(one, members.get(one.unit.name)) for one in unit_list.found(request)]
    newest = next(iter(known.ports.fleet.store.rollouts()), None)
    values: dict[str, Any] = {
        "units": units,
        "canaries": sorted(
            {one.station for one in members.values() if one.serial and reach.includes(one.station)}
        ),
        "rollout": newest,
        "sent": _sent(request, newest, {one.listed.unit.name for one in units}),
        "invited": invited,
        "token": token,
        "longest": LONGEST_SETTINGS,
        "local_time": local_time,
        "optional_text": optional_text,
        "utc_text": utc_text,
        "zone": known.ports.timezone,
    }
    return known.pages.show(request, "centre_fleet.html.j2", values)


def _sent(request: Request, rollout: Rollout | None, seen: set[str]) -> list[Any]:
    """Return what the units of a rollout reported, of those that the user may see."""
    found = () if rollout is None else centre(request).ports.fleet.store.sent(rollout.id)
    return [one for one in found if one.unit in seen]


def _stations(rollout: Rollout) -> set[str]:
    return {name for stage in rollout.stages for name in stage}


def _within_reach(request: Request, unit: str) -> None:
    """Raise HTTPException 404 for a unit that there is not, or that the user may not see."""
    if unit not in {one.unit.name for one in unit_list.found(request)}:
        raise HTTPException(404, _("there is no unit %(unit)s", unit=unit))

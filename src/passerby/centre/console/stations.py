"""All stations and their units: health, versions, clocks, disks, and when each was heard last."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from passerby.centre.console import unit_list
from passerby.centre.console.services import centre

router = APIRouter(include_in_schema=False)


@router.get("/stations")
def stations(request: Request) -> Response:
    """Show the units; those with a fault first."""
    units = unit_list.found(request)
    values = {
        "units": sorted(units, key=lambda one: not one.faults),
        "unwell": sum(bool(one.faults) for one in units),
        "versions": sorted({one.unit.version for one in units if one.unit.version}),
    }
    return centre(request).pages.show(request, "centre_stations.html.j2", values)

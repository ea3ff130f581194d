"""What passengers may see without login, if the configuration allows it: what is measured here and what is not.

Figures are at least 15 minutes old, rounded, and small counts are not shown, so nobody can be followed by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from passerby.charts.wording import plain
from passerby.console.ports import ConsolePorts
from passerby.console.reasons import title
from passerby.console.services import services
from passerby.contracts.config import Unit
from passerby.contracts.events import FlowSample, ZoneSample
from passerby.contracts.public_counts import ROUNDED_TO, public_count
from passerby.store.filters import SampleFilter
from passerby.store.utc import now_ms, utc_text
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
OLD_MS, QUARTER_MS, DAY_MS = 15 * 60_000, 15 * 60_000, 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """One rounded figure of a place."""

    place: str
    value: str


@router.get("/public")
def public(request: Request) -> Response:
    """Show the page; 404 unless the configuration has `console: {public: true}`."""
    known = services(request)
    if not known.settings.public:
        raise HTTPException(404, _("this unit has no public page"))
    unit = known.ports.status.unit()
    values: dict[str, Any] = {
        "cameras": len(unit.cameras),
        "kinds": sorted({title(rule.kind) for camera in unit.cameras for rule in camera.rules}),
        "evidence": plain(unit.retention.evidence_h, 0),
        "recording": plain(unit.retention.recording_h, 0) if unit.recording_mb else "",
        "present": present(known.ports, unit),
        "crossed": crossed(known.ports),
    }
    page = known.pages.show(request, "public.html.j2", values)
    page.headers["Cache-Control"] = "public, max-age=60"
    return page


def present(ports: ConsolePorts, unit: Unit) -> list[PublicFigure]:
    """Return the mean number of people in each zone, in the quarter of an hour that ended 15 minutes ago."""
    until = (now_ms() - OLD_MS) // QUARTER_MS * QUARTER_MS
    wanted = SampleFilter(since=utc_text(until - QUARTER_MS), until=utc_text(until))
    means: dict[tuple[str, str], list[float]] = {}
    with ports.store.queries() as queries:
        for sample in queries.samples(ZoneSample, wanted):
            if sample.coverage > 0:
                means.setdefault((sample.camera, sample.zone), []).append(sample.count_mean)
    names = {camera.name for camera in unit.cameras}
    found = [(zone, sum(of) / len(of)) for (camera, zone), of in sorted(means.items()) if camera in names]
    return [PublicFigure(zone, rounded(mean)) for zone, mean in found]


def crossed(ports: ConsolePorts) -> list[PublicFigure]:
    """Return how many people crossed each line in 24 hours, until 15 minutes ago; both directions together."""
    until = (now_ms() - OLD_MS) // QUARTER_MS * QUARTER_MS
    sums: dict[str, int] = {}
    with ports.store.queries() as queries:
        for sample in queries.samples(
            FlowSample, SampleFilter(since=utc_text(until - DAY_MS), until=utc_text(until))
        ):
            sums[sample.line] = sums.get(sample.line, 0) + sample.people
    return [PublicFigure(line, rounded(number)) for line, number in sorted(sums.items())]


def rounded(number: float) -> str:
    """Return a number rounded to tens; a small one is not told."""
    told = public_count(number)
    if told is None:
        return _("fewer than %(number)s", number=ROUNDED_TO)
    return _("about %(number)s", number=plain(told, 0))

"""The start and the end of an incident of a camera or the unit itself, without people."""

from __future__ import annotations

from dataclasses import replace

from passerby.contracts.event_kinds import kind_of
from passerby.contracts.events import Event, Measure, Phase


def started(
    kind: str,
    incident_id: str,
    camera: str,
    *,
    began_s: float,
    at_s: float,
    utc: str | None,
    measures: tuple[Measure, ...] = (),
) -> Event:
    """Return the start of an incident that began at `began_s` and is reported at `at_s`; utc: of the report."""
    return Event(
        id=incident_id,
        seq=0,
        kind=kind,
        phase=Phase.START,
        camera=camera,
        place="",
        began_s=round(began_s, 3),
        at_s=round(at_s, 3),
        utc=utc,
        people=0,
        severity=kind_of(kind).severity,
        measures=measures,
    )


def ended(start: Event, at_s: float, utc: str | None) -> Event:
    """Return the end of an incident with its duration."""
    at_s = round(at_s, 3)
    lasted = Measure("duration", round(at_s - start.began_s, 1), "s")
    return replace(start, seq=1, phase=Phase.END, at_s=at_s, utc=utc, measures=(*start.measures, lasted))

"""Incidents as cards with a redacted still, or as rows if there are too many."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from passerby.charts.signs import sign
from passerby.charts.svg import html
from passerby.charts.wording import clock, labelled, lasting, several, wall_clock
from passerby.contracts.event_kinds import kind_of
from passerby.contracts.events import Measure
from passerby.report.incidents import Incident, pressing
from passerby.report.links import NO_LINKS, EventLinks

MOST_LOOK_CARDS = 96
MOST_NOTE_CARDS = 36
MOST_ROWS = 200
STILLS_BYTES = 12_000_000
IN_WORDS = {"duration", "incident lasted", "people"}  # every card says these in words


@dataclass(frozen=True, slots=True)
class IncidentCard:
    """One incident as text; `still` is a data: address, or "" with the reason in `no_still`."""

    anchor: str
    id: str
    title: str
    severity: str
    sign: str
    place: str
    at: str
    utc: str | None
    lasted: str
    people: str
    measures: tuple[tuple[str, str], ...]
    still: str
    no_still: str
    alt: str
    links: EventLinks


@dataclass(frozen=True, slots=True)
class EventList:
    """look: cards of incidents that need attention; note: cards for information only.

    rows: further ones without a picture; more: number of events only in events.jsonl.
    """

    look: tuple[IncidentCard, ...]
    note: tuple[IncidentCard, ...]
    rows: tuple[IncidentCard, ...]
    more: int


def event_list(
    found: Sequence[Incident], stills: Mapping[str, bytes], links: Mapping[str, EventLinks] = NO_LINKS
) -> EventList:
    """Return all incidents by time: the most urgent as cards, the next as rows, the rest as a number."""
    look = _by_time(pressing([i for i in found if i.severity.rank], MOST_LOOK_CARDS))
    note = _by_time(pressing([i for i in found if not i.severity.rank], MOST_NOTE_CARDS))
    carded = {i.id for i in (*look, *note)}
    others = [i for i in found if i.id not in carded]
    shown = _affordable(pressing((*look, *note), len(carded)), stills)
    return EventList(
        look=tuple(_card(i, shown, links) for i in look),
        note=tuple(_card(i, shown, links) for i in note),
        rows=tuple(_card(i, {}, links) for i in others[:MOST_ROWS]),
        more=max(len(others) - MOST_ROWS, 0),
    )


def jpeg_uri(jpeg: bytes) -> str:
    """Return a JPEG as a data: address."""
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode('ascii')}"


def anchor(incident: Incident) -> str:
    """Return a name for links: ids may contain any character, so their bytes are encoded."""
    return f"e-{incident.id.encode('utf-8', 'replace').hex()}"


def _by_time(found: Sequence[Incident]) -> list[Incident]:
    return sorted(found, key=lambda i: (i.began_s, i.id))


def _affordable(pressing_first: Sequence[Incident], stills: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the pictures that fit into the page, by incident."""
    left, chosen = STILLS_BYTES, dict[str, bytes]()
    for incident in pressing_first:
        jpeg = stills.get(incident.evidence.still, b"") if incident.evidence else b""
        if 0 < len(jpeg) <= left:
            chosen[incident.id] = jpeg
            left -= len(jpeg)
    return chosen


def _card(incident: Incident, shown: Mapping[str, bytes], links: Mapping[str, EventLinks]) -> IncidentCard:
    title, path = kind_of(incident.kind).title, incident.evidence.still if incident.evidence else None
    where = f" at {incident.place}" if incident.place else ""
    return IncidentCard(
        anchor=anchor(incident),
        id=incident.id,
        title=title,
        severity=str(incident.severity),
        sign=html(sign(incident.severity)),
        place=incident.place or "complete picture",
        at=_span(incident),
        utc=wall_clock(incident.utc),
        lasted=_lasted(incident),
        people=several(incident.people, "person", "people") if incident.people else "",
        measures=tuple(one for one in labelled(_with_duration(incident)) if one[0] not in IN_WORDS),
        still=jpeg_uri(shown[incident.id]) if incident.id in shown else "",
        no_still=f"Still in {path}" if path else "No still was stored",
        alt=f"Redacted still: {title.lower()}{where} at {clock(incident.began_s)}",
        links=links.get(incident.id, EventLinks()),
    )


def _span(incident: Incident) -> str:
    start = clock(incident.began_s)
    if incident.ended_s is None or clock(incident.ended_s) == start:
        return start
    return f"{start} – {clock(incident.ended_s)}"


def _lasted(incident: Incident) -> str:
    if incident.moment:
        return ""
    if incident.ended_s is None:
        return "still open at the end"
    return f"incident lasted {lasting(incident.ended_s - incident.began_s)}"


def _with_duration(incident: Incident) -> tuple[Measure, ...]:
    """The dwell is compared with the duration on the card."""
    others = tuple(m for m in incident.measures if m.name != "duration")
    if incident.moment or incident.ended_s is None:
        return others
    return (*others, Measure("duration", round(incident.ended_s - incident.began_s, 1), "s"))

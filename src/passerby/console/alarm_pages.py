"""The list of all alarms with the precision of each rule, and the page of one alarm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from passerby.charts.wording import labelled, lasting
from passerby.console import alarm_list, reasons
from passerby.console.alarm_list import ListedAlarm
from passerby.console.escalate import delivered, recipients
from passerby.console.evidence import there
from passerby.console.services import services
from passerby.contracts.alarms import Shelf
from passerby.contracts.events import Event
from passerby.store import events
from passerby.store.filters import EventFilter
from passerby.store.shelves import Shelves
from passerby.store.utc import optional_text, utc_text
from passerby.translation.current import gettext as _

router = APIRouter(include_in_schema=False)
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class RulePrecision:
    """How many rated alarms of one kind and camera were useful."""

    kind: str
    camera: str
    useful: int
    rated: int


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of an alarm's timeline. when: local time; words: what happened; note: of a person."""

    when: str
    words: str
    who: str = ""
    note: str = ""


@router.get("/alarms")
def all_alarms(request: Request) -> Response:
    """Show the newest alarms, also those that ended."""
    known = services(request)
    with known.ports.store.reading() as connection:
        found = alarm_list.listed(connection, _shelves(request), MOST_LISTED)
    values = {"alarms": found, "precision": precision(found), "zone": known.ports.status.unit().timezone}
    return known.pages.show(request, "alarms.html.j2", {**values, "local_time": alarm_list.local_time})


@router.get("/alarms/{alarm}")
def one_alarm(request: Request, alarm: str) -> Response:
    """Show one alarm."""
    known = services(request)
    with known.ports.store.reading() as connection:
        found = alarm_list.one(connection, alarm, _shelves(request))
        if found is None:
            raise HTTPException(404, _("there is no such alarm"))
        lines = list(events.query(connection, EventFilter(id=(alarm,))))
        messages = list(delivered(connection, alarm))
    with known.ports.store.queries() as queries:
        files = [f for f in queries.evidence(alarm) if f.gone_ms is not None or there(known.ports.results, f)]
    kept = {file.kind: file for file in files}
    zone = known.ports.status.unit().timezone
    still = kept.get("still")
    values = {
        "it": found,
        "measures": labelled(found.measures),
        "moments": moments(found, lines, messages, zone),
        "recipients": recipients(known.ports.status.unit()),
        "still": still,
        "taken": alarm_list.local_time(optional_text(still.taken_ms), zone) if still else "",
        "clip": kept.get("clip"),
        "began": alarm_list.local_time(found.began, zone),
        "recording": recording_address(known.settings.recording_link, found),
        "zone": zone,
    }
    return known.pages.show(request, "alarm.html.j2", values)


def recording_address(link: str | None, found: ListedAlarm) -> str:
    """Return the address of the incident in the site's video system, "" if there is none."""
    if link is None or not found.alarm.camera:
        return ""
    address = link.replace("{camera}", quote(found.alarm.camera, safe=""))
    return address.replace("{utc}", quote(found.began or "", safe=""))


def precision(found: Iterable[ListedAlarm]) -> list[RulePrecision]:
    """Return the share of useful alarms of each kind and camera with a rating."""
    rated: dict[tuple[str, str], list[bool]] = {}
    for one in found:
        if one.handling.rating is not None:
            rated.setdefault((one.title, one.alarm.camera), []).append(one.handling.rating.act == "useful")
    return [RulePrecision(kind, camera, sum(of), len(of)) for (kind, camera), of in sorted(rated.items())]


def moments(
    found: ListedAlarm, lines: Sequence[Event], messages: Iterable[tuple[str, str]], zone: str
) -> list[Moment]:
    """Return what happened and what was done, in the order of time. messages: of escalations, with their times."""
    happened = [(event.utc or "", _of_event(event, zone)) for event in lines]
    done = [
        (
            utc_text(act.at_ms),
            Moment(
                alarm_list.local_time(utc_text(act.at_ms), zone), _(act.act.replace("_", " ")), act.who, act.note
            ),
        )
        for act in found.handling.acts
    ]
    sent = [(utc, Moment(alarm_list.local_time(utc, zone), words)) for utc, words in messages]
    return [moment for _, moment in sorted([*happened, *done, *sent], key=lambda pair: pair[0])]


def _of_event(event: Event, zone: str) -> Moment:
    words = {"start": _("%(kind)s begins"), "update": _("%(kind)s goes on"), "end": _("%(kind)s ends")}[
        event.phase
    ]
    when = alarm_list.local_time(event.utc, zone) or _("%(time)s into the recording", time=lasting(event.at_s))
    return Moment(when, words % {"kind": reasons.title(event.kind)})


def _shelves(request: Request) -> tuple[Shelf, ...]:
    return Shelves(services(request).ports.results)()

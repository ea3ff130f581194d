"""Events as ONVIF names them, and as its JSON over MQTT (ONVIF Core Specification, annex on MQTT; topics of the
Analytics specification, July 2026). No data of a person: no ObjectId and no box."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from passerby.contracts.event_kinds import EventKind, kind_of
from passerby.contracts.events import Event, Phase

# The item of the data that is true during the event, where the specification names another one than `State`.
STATES = {"intrusion": "IsInside"}
# Further items of the data.
FURTHER = {"loitering": ("Since",), "line_crossing": ("Direction",)}


@dataclass(frozen=True, slots=True)
class OnvifEvent:
    """An event in ONVIF's terms.

    topic: with the prefixes tns1 and pby. source: its origin. data: empty for a moment without further figures.
    state: name of the item of `data` that is true while it lasts, "" for a moment.
    """

    topic: str
    utc: str | None
    source: Mapping[str, str]
    data: Mapping[str, object]
    state: str


def state_of(kind: EventKind) -> str:
    """Return the name of the item that is true while an event of this kind lasts; "" if it is a moment."""
    return "" if kind.is_momentary else STATES.get(kind.name, "State")


def source_of(kind: EventKind, camera: str, place: str) -> dict[str, str]:
    """Return the items that name the origin; an event of the whole unit has no camera."""
    if not camera:
        return {"Token": "unit"}
    source = {"VideoSource": camera}
    if kind.topic.startswith("tns1:RuleEngine"):
        source |= {"VideoAnalyticsConfiguration": camera, "Rule": place or kind.name}
    return source


def onvif_event(event: Event) -> OnvifEvent | None:
    """Return an event in ONVIF's terms; None for an update, which ONVIF does not know."""
    if event.phase is Phase.UPDATE:
        return None
    kind = kind_of(event.kind)
    state = state_of(kind)
    data: dict[str, object] = {state: event.phase is Phase.START} if state else {}
    if event.kind == "loitering" and event.utc:
        data["Since"] = event.utc
    if event.kind == "line_crossing":
        data |= {m.name.capitalize(): m.value for m in event.measures if m.name == "direction"}
    return OnvifEvent(kind.topic, event.utc, source_of(kind, event.camera, event.place), data, state)


def onvif_message(event: Event) -> tuple[str, bytes] | None:
    """Return topic (after `onvif-ej/`) and payload; None for an update."""
    made = onvif_event(event)
    if made is None:
        return None
    values = "/".join(_escaped(value) for value in made.source.values())
    payload = {"UtcTime": made.utc, "Source": made.source, "Data": made.data}
    topic = made.topic.removeprefix("tns1:")
    return f"{topic}/&{values}", json.dumps(payload, ensure_ascii=False).encode()


def _escaped(value: str) -> str:
    return "".join("_" if c in "/+#&\0" else c for c in value)

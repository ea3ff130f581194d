"""Events as ONVIF's JSON over MQTT (ONVIF Core Specification, annex on MQTT; topics of the Analytics
specification, July 2026)."""

from __future__ import annotations

import json

from passerby.contracts.event_kinds import kind_of
from passerby.contracts.events import Event, Phase

# The item of the data that is true during the event, where the specification names another one than `State`.
STATES = {"intrusion": "IsInside"}


def onvif_message(event: Event) -> tuple[str, bytes] | None:
    """Return topic (after `onvif-ej/`) and payload; None for an update, which ONVIF does not know.

    The payload has no data of a person: no ObjectId and no box.
    """
    if event.phase is Phase.UPDATE or not event.camera:
        return None
    kind = kind_of(event.kind)
    topic = kind.topic.removeprefix("tns1:")
    source = {"VideoSource": event.camera}
    if topic.startswith("RuleEngine"):
        source |= {"VideoAnalyticsConfiguration": event.camera, "Rule": event.place or event.kind}
    is_on = event.phase is Phase.START
    data: dict[str, object] = {} if kind.is_momentary else {STATES.get(event.kind, "State"): is_on}
    if event.kind == "loitering" and event.utc:
        data["Since"] = event.utc
    if event.kind == "line_crossing":
        data |= {m.name.capitalize(): m.value for m in event.measures if m.name == "direction"}
    values = "/".join(_escaped(value) for value in source.values())
    payload = {"UtcTime": event.utc, "Source": source, "Data": data}
    return f"{topic}/&{values}", json.dumps(payload, ensure_ascii=False).encode()


def _escaped(value: str) -> str:
    return "".join("_" if c in "/+#&\0" else c for c in value)

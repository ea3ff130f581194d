"""Events as they are sent: the event object, CloudEvents, or a sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from passerby.contracts.events import Event, Measure

Object = dict[str, Any]
CLOUDEVENTS = "application/cloudevents"
TYPE = "passerby.event.{kind}"


def event_object(event: Event, unit: str) -> Object:
    """Return the event object of docs/results.md, with the name of the unit."""
    return {**asdict(event), "unit": unit}


def cloud_event(event: Event, unit: str) -> Object:
    """Return a CloudEvent 1.0 in structured mode; source and id together are unique."""
    made: Object = {
        "specversion": "1.0",
        "id": f"{event.id}-{event.seq}",
        "source": "/".join(filter(None, ("passerby", unit, event.camera))),
        "type": TYPE.format(kind=event.kind),
        "datacontenttype": "application/json",
        "data": event_object(event, unit),
    }
    if event.place:
        made["subject"] = event.place
    return made | ({"time": event.utc} if event.utc else {})


def sentence(event: Event, unit: str) -> str:
    """Return an event as one line for a chat."""
    where = ", ".join(filter(None, (unit, event.camera, event.place)))
    measures = ", ".join(_measure(measure) for measure in event.measures)
    when = f" at {event.utc}" if event.utc else ""
    what = f"{event.severity.value.upper()}: {event.kind.replace('_', ' ')} {event.phase.value}"
    return f"{what} ({where}){when}" + (f": {measures}" if measures else "")


def body_of(events: Sequence[Event], unit: str, form: str, *, is_batch: bool) -> tuple[str, bytes]:
    """Return content type and body of a message. is_batch: several events can come, so they are in a list."""
    match form:
        case "cloudevents":
            made: Any = [cloud_event(event, unit) for event in events]
            kind = f"{CLOUDEVENTS}-batch+json" if is_batch else f"{CLOUDEVENTS}+json"
            return kind, _json(made if is_batch else made[0])
        case "text":
            return "application/json", _json({"text": "\n".join(sentence(event, unit) for event in events)})
        case _:
            objects = [event_object(event, unit) for event in events]
            return "application/json", _json({"events": objects} if is_batch else objects[0])


def _measure(measure: Measure) -> str:
    if isinstance(measure.value, str):
        return f"{measure.name} {measure.value}"
    sd = "" if measure.sd is None else f" ± {measure.sd:.2g}"
    return f"{measure.name} {measure.value:.3g}{sd} {measure.unit}".strip()


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, allow_nan=False).encode()

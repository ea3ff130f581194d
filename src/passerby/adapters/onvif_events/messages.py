"""Notification messages: events and counts as elements of WS-BaseNotification with ONVIF's message inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from passerby.adapters.onvif_events.soap import Element, element
from passerby.adapters.onvif_events.topics import CONCRETE_SET, LINE_COUNT, ZONE_COUNT
from passerby.adapters.onvif_mapping import OnvifEvent
from passerby.contracts.events import LineSample, ZoneSample

Operation = Literal["Initialized", "Changed", ""]


@dataclass(frozen=True, slots=True, eq=False)
class OnvifMessage:
    """One message. content: the element tt:Message, which the filters of a subscription look at."""

    topic: str
    content: Element

    @property
    def is_initial(self) -> bool:
        """Whether it reports the present state and no change."""
        return bool(self.content.get("PropertyOperation") == "Initialized")

    def notification(self) -> Element:
        """Return the message as an element wsnt:NotificationMessage."""
        topic = element("wsnt:Topic", self.topic, Dialect=CONCRETE_SET)
        return element("wsnt:NotificationMessage", topic, element("wsnt:Message", self.content))


def event_message(event: OnvifEvent, operation: Operation, now_utc: str) -> OnvifMessage:
    """Return the message of an event. operation: "" for a moment."""
    return _message(event.topic, event.utc or now_utc, event.source, event.data, operation)


def count_message(sample: ZoneSample | LineSample, now_utc: str) -> OnvifMessage:
    """Return the message of a minute of a zone or line."""
    source = {"VideoSource": sample.camera, "VideoAnalyticsConfiguration": sample.camera}
    if isinstance(sample, ZoneSample):
        data: dict[str, object] = {"Count": round(sample.count_mean)}
        return _message(ZONE_COUNT, sample.utc or now_utc, source | {"Rule": sample.zone}, data, "")
    data = {"In": sample.in_, "Out": sample.out}
    return _message(LINE_COUNT, sample.utc or now_utc, source | {"Rule": sample.line}, data, "")


def _message(
    topic: str, utc: str, source: Mapping[str, str], data: Mapping[str, object], operation: Operation
) -> OnvifMessage:
    attributes = {"UtcTime": utc} | ({"PropertyOperation": operation} if operation else {})
    content = element(
        "tt:Message", element("tt:Source", *_items(source)), element("tt:Data", *_items(data)), **attributes
    )
    return OnvifMessage(topic, content)


def _items(items: Mapping[str, object]) -> list[Element]:
    return [element("tt:SimpleItem", Name=name, Value=_text(value)) for name, value in items.items()]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

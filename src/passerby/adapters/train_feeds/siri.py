"""Calls from a SIRI delivery, Estimated Timetable or Stop Monitoring (CEN/TS 15531, schema 2.0 and 2.1)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime

from passerby.adapters.train_feeds.calls import FeedError, TrainCall

_SPACE = "{http://www.siri.org.uk/siri}"
# The time that is nearest to the truth comes first.
_TIMES = ("ActualDepartureTime", "ExpectedDepartureTime", "AimedDepartureTime")
_CALLS = ("EstimatedCalls/EstimatedCall", "RecordedCalls/RecordedCall")


def siri_calls(body: bytes) -> list[TrainCall]:
    """Return the calls of a delivery. Raises FeedError if it is no SIRI delivery."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise FeedError("the answer has a document type, which SIRI does not use")
    try:
        root = ET.fromstring(body)  # noqa: S314  without a document type there are no entities
    except ET.ParseError as error:
        raise FeedError(f"the answer is not XML ({error})") from None
    if root.find(f".//{_SPACE}ServiceDelivery") is None:
        raise FeedError("the answer has no ServiceDelivery of SIRI")
    return [*_estimated(root), *_monitored(root)]


def _estimated(root: ET.Element) -> Iterator[TrainCall]:
    for journey in root.iter(f"{_SPACE}EstimatedVehicleJourney"):
        name = _journey(journey)
        cancelled = _is_true(journey, "Cancellation")
        for path in _CALLS:
            for call in journey.iterfind("/".join(_SPACE + part for part in path.split("/"))):
                yield from _call(name, call, _text(call, "StopPointRef"), cancelled=cancelled)


def _monitored(root: ET.Element) -> Iterator[TrainCall]:
    for visit in root.iter(f"{_SPACE}MonitoredStopVisit"):
        journey = visit.find(f"{_SPACE}MonitoredVehicleJourney")
        call = None if journey is None else journey.find(f"{_SPACE}MonitoredCall")
        if journey is None or call is None:
            continue
        stop = _text(call, "StopPointRef") or _text(visit, "MonitoringRef")
        name = _journey(journey) or _text(visit, "ItemIdentifier")
        yield from _call(name, call, stop, cancelled=_is_true(journey, "Cancellation"))


def _call(journey: str, call: ET.Element, stop: str, *, cancelled: bool) -> Iterator[TrainCall]:
    """Yield the call, if it has a stop and a time of departure."""
    times = [moment for name in _TIMES if (moment := _moment(_text(call, name))) is not None]
    if not stop or not times:
        return
    aimed = _text(call, "AimedDepartureTime")
    is_cancelled = cancelled or _is_true(call, "Cancellation") or _text(call, "DepartureStatus") == "cancelled"
    is_there = _is_true(call, "VehicleAtStop") and not _text(call, "ActualDepartureTime")
    yield TrainCall(f"{journey or aimed} {stop} {_text(call, 'Order')}", stop, times[0], is_there, is_cancelled)


def _journey(journey: ET.Element) -> str:
    """Return what names a journey on its day; SIRI has several forms."""
    framed = journey.find(f"{_SPACE}FramedVehicleJourneyRef")
    if framed is not None:
        return f"{_text(framed, 'DataFrameRef')} {_text(framed, 'DatedVehicleJourneyRef')}"
    return _text(journey, "DatedVehicleJourneyRef") or _text(journey, "EstimatedVehicleJourneyCode")


def _text(element: ET.Element, name: str) -> str:
    return (element.findtext(_SPACE + name) or "").strip()


def _is_true(element: ET.Element, name: str) -> bool:
    return _text(element, name) in ("true", "1")


def _moment(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

"""Answers of train feeds: SIRI deliveries and GTFS-realtime messages."""

from __future__ import annotations

from datetime import UTC, datetime

from google.transit import gtfs_realtime_pb2 as gtfs


def moment(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat()


def estimated(journey: str, stop: str, at_s: float, what: str = "Expected", more: str = "") -> str:
    """An estimated journey with one call."""
    kind = "Recorded" if what == "Actual" else "Estimated"
    return (
        f"<EstimatedVehicleJourney><DatedVehicleJourneyRef>{journey}</DatedVehicleJourneyRef>"
        f"<{kind}Calls><{kind}Call><StopPointRef>{stop}</StopPointRef>"
        f"<{what}DepartureTime>{moment(at_s)}</{what}DepartureTime>{more}</{kind}Call></{kind}Calls>"
        "</EstimatedVehicleJourney>"
    )


def monitored(journey: str, stop: str, at_s: float, more: str = "") -> str:
    """A visit of a stop."""
    return (
        f"<MonitoredStopVisit><MonitoringRef>{stop}</MonitoringRef><MonitoredVehicleJourney><FramedVehicleJourneyRef>"
        f"<DataFrameRef>2026-03-01</DataFrameRef><DatedVehicleJourneyRef>{journey}</DatedVehicleJourneyRef>"
        f"</FramedVehicleJourneyRef><MonitoredCall>{more}<ExpectedDepartureTime>{moment(at_s)}"
        "</ExpectedDepartureTime></MonitoredCall></MonitoredVehicleJourney></MonitoredStopVisit>"
    )


def siri(*parts: str) -> bytes:
    return (
        '<Siri xmlns="http://www.siri.org.uk/siri" version="2.0"><ServiceDelivery><EstimatedTimetableDelivery>'
        f"<EstimatedJourneyVersionFrame>{''.join(parts)}</EstimatedJourneyVersionFrame></EstimatedTimetableDelivery>"
        "</ServiceDelivery></Siri>"
    ).encode()


def trip(
    trip_id: str, stop: str, at_s: float, *, skipped: bool = False, cancelled: bool = False
) -> gtfs.FeedEntity:
    """A trip with one stop."""
    entity = gtfs.FeedEntity(id=trip_id)
    descriptor = entity.trip_update.trip
    descriptor.trip_id, descriptor.start_date = trip_id, "20260301"
    if cancelled:
        descriptor.schedule_relationship = gtfs.TripDescriptor.CANCELED
    call = entity.trip_update.stop_time_update.add(stop_id=stop)
    call.departure.time = int(at_s)
    if skipped:
        call.schedule_relationship = gtfs.TripUpdate.StopTimeUpdate.SKIPPED
    return entity


def feed(*entities: gtfs.FeedEntity) -> bytes:
    made = gtfs.FeedMessage(entity=entities)
    made.header.gtfs_realtime_version = "2.0"
    return bytes(made.SerializeToString())

"""Calls from the trip updates of a GTFS-realtime feed (specification 2.0)."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as gtfs

from passerby.adapters.train_feeds.calls import FeedError, TrainCall

_CANCELLED = frozenset({gtfs.TripDescriptor.CANCELED, gtfs.TripDescriptor.DELETED})


def gtfs_calls(body: bytes) -> list[TrainCall]:
    """Return the calls of a feed. Raises FeedError if it is no feed."""
    feed = gtfs.FeedMessage()
    try:
        feed.ParseFromString(body)
    except DecodeError as error:
        raise FeedError(f"the answer is not GTFS-realtime ({error})") from None
    return [call for entity in feed.entity if entity.HasField("trip_update") for call in _trip(entity.trip_update)]


def _trip(update: gtfs.TripUpdate) -> Iterator[TrainCall]:
    trip = update.trip
    for call in update.stop_time_update:
        departs_s = call.departure.time or call.arrival.time
        if call.stop_id and departs_s:
            key = f"{trip.start_date} {trip.start_time} {trip.trip_id} {call.stop_id} {call.stop_sequence}"
            skipped = call.schedule_relationship == gtfs.TripUpdate.StopTimeUpdate.SKIPPED
            cancelled = skipped or trip.schedule_relationship in _CANCELLED
            yield TrainCall(key, call.stop_id, float(departs_s), is_cancelled=cancelled)

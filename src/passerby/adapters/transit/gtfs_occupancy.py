"""GTFS-realtime `OccupancyStatus` of stops (specification 2.0).

GTFS-realtime has no message for the people at a stop. The nearest is a VehiclePosition with a stop and without a
trip, a vehicle or a position; a receiver has to know this.
"""

from __future__ import annotations

from collections.abc import Iterable

from google.transit import gtfs_realtime_pb2 as gtfs

from passerby.adapters.transit.figures import StopFigure

CONTENT_TYPE = "application/x-protobuf"
_STATUS = gtfs.VehiclePosition
# Levels of service A to F (Fruin) in the words of GTFS, which are about vehicles. Chosen by judgement: at C people
# begin to stand close, at F nobody else fits. A quiet stop is never EMPTY, because small counts are left out.
LEVELS = {
    "A": _STATUS.MANY_SEATS_AVAILABLE,
    "B": _STATUS.MANY_SEATS_AVAILABLE,
    "C": _STATUS.FEW_SEATS_AVAILABLE,
    "D": _STATUS.STANDING_ROOM_ONLY,
    "E": _STATUS.CRUSHED_STANDING_ROOM_ONLY,
    "F": _STATUS.FULL,
}


def gtfs_occupancy(figures: Iterable[StopFigure], at_s: int) -> bytes:
    """Return a feed with one entity for each stop. at_s: its time, seconds since 1970 UTC."""
    feed = gtfs.FeedMessage()
    feed.header.gtfs_realtime_version, feed.header.timestamp = "2.0", at_s
    feed.header.incrementality = gtfs.FeedHeader.FULL_DATASET
    for figure in figures:
        vehicle = feed.entity.add(id=figure.stop).vehicle
        vehicle.stop_id, vehicle.timestamp = figure.stop, at_s
        vehicle.current_status = gtfs.VehiclePosition.STOPPED_AT
        vehicle.occupancy_status = LEVELS.get(figure.level or "", _STATUS.NO_DATA_AVAILABLE)
    return bytes(feed.SerializeToString())

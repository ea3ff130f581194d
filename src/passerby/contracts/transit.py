"""Settings of the counts for passenger information: which zone is which stop."""

from __future__ import annotations

from pydantic import Field

from passerby.contracts.strict import Name, Strict


class TransitStop(Strict):
    """A zone whose people are counted for a stop. Several zones may have the same stop."""

    camera: Name = Field(description="name of the camera with the zone")
    zone: Name = Field(description="name of that camera's zone")
    stop: str = Field(
        min_length=1,
        max_length=200,
        pattern=r"^[A-Za-z0-9_.:\-]+$",
        description="identifier of the platform or stop in passenger information, for example NSR:Quay:7",
    )


class Transit(Strict):
    """Counts for passenger information, by SIRI Facility Monitoring and GTFS-realtime."""

    stops: tuple[TransitStop, ...] = Field(
        default=(), description="zones whose counts are offered; if empty, nothing is"
    )
    producer: str = Field(
        default="passerby",
        max_length=64,
        pattern=r"^[A-Za-z0-9_.:\-]+$",
        description="name of this source in SIRI (ProducerRef)",
    )
    files: bool = Field(
        default=False,
        description="also write siri-fm.xml and gtfs-realtime.pb, each minute, into the folder transit",
    )

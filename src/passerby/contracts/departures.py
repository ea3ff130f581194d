"""Settings of the sources of departures, as a strict model."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_serializer, model_validator

from passerby.contracts.strict import Name, Strict
from passerby.contracts.urls import mask_url


class Departures(Strict):
    """A source of departures other than the picture. The presence of a train always comes from the picture.

    `url` may contain a key: it is masked in reprs and dumps.
    """

    source: Literal["timetable", "http", "siri", "gtfs_realtime", "mqtt"] = Field(
        description="timetable: a file with times of day; http: messages to the console, POST /api/v1/departures; "
        "siri: Estimated Timetable or Stop Monitoring; gtfs_realtime: trip updates; mqtt: messages of a broker"
    )
    file: str | None = Field(
        default=None,
        min_length=1,
        description="CSV file with the columns track, departs (HH:MM or HH:MM:SS) and days; give it with "
        "source: timetable",
    )
    url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/?#]+[^\s#]*$",
        description="address of the feed, which is asked by GET; give it with source: siri or gtfs_realtime",
    )
    broker: Name | None = Field(
        default=None, description="name of the destination of kind mqtt with the broker; give it with source: mqtt"
    )
    topic: str | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description='topic of the messages {"track": "NAME"}; may contain + and #; give it with source: mqtt',
    )
    tracks: tuple[Name, ...] = Field(
        default=(), description="tracks at this camera's platform, with the names of their zones"
    )
    stops: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(
        default=(),
        description="what the source calls these tracks, in the same order, for example NSR:Quay:7; if absent: "
        "the names of the tracks",
    )

    @model_validator(mode="after")
    def _keys_of_the_source(self) -> Departures:
        needed = {"timetable": ("file",), "mqtt": ("broker", "topic")}.get(self.source, ())
        needed = ("url",) if self.source in ("siri", "gtfs_realtime") else needed
        for key in ("file", "url", "broker", "topic"):
            if (key in needed) != (getattr(self, key) is not None):
                sources = {"file": "timetable", "url": "siri or gtfs_realtime"}.get(key, "mqtt")
                raise ValueError(f"give {key} with source: {sources}, and only then")
        if not self.tracks:
            raise ValueError("give the tracks at this platform")
        if self.stops and (len(self.stops) != len(self.tracks) or self.source == "timetable"):
            raise ValueError("give one of stops for each of tracks, and none for a timetable")
        return self

    @property
    def by_stop(self) -> dict[str, str]:
        """The track of each name that the source uses."""
        return dict(zip(self.stops or self.tracks, self.tracks, strict=True))

    @field_serializer("url")
    def _masked(self, url: str | None) -> str | None:
        return None if url is None else mask_url(url)

    def __repr_args__(self) -> Any:
        """The fields for repr; the address has no key."""
        return [
            (name, mask_url(value) if name == "url" and value else value)
            for name, value in super().__repr_args__()
        ]

"""The source of departures, chosen by the configuration."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from passerby.adapters.messages import DepartureMessages, ReceivedDepartures
from passerby.adapters.timetable import Timetable, read_timetable
from passerby.camera.schedule import WallClock
from passerby.contracts.closing import Closing
from passerby.contracts.config import Camera, Unit
from passerby.contracts.departures import Departures
from passerby.contracts.destinations import Mqtt
from passerby.contracts.errors import UsageError
from passerby.contracts.ports import DepartureSource
from passerby.contracts.time import NS_PER_S, Clock

if TYPE_CHECKING:
    from passerby.adapters.train_feeds.polling import FeedPoller

log = logging.getLogger(__name__)
# Centuries on both sides are left for time zones and for the recording itself.
FIRST_YEAR, LAST_YEAR = 1900, 2200


def departures_of(camera: Camera, clock: WallClock, messages: DepartureMessages | None) -> DepartureSource | None:
    """Return this camera's source of departures; None if it is the picture. Raises UsageError, ConfigError."""
    if camera.departures is None:
        return None
    tracks = camera.departures.tracks
    if camera.departures.source == "timetable":
        assert camera.departures.file is not None
        return Timetable(read_timetable(Path(camera.departures.file)), tracks, clock)
    if messages is None:
        raise UsageError(f"camera {camera.name}: departures by message need `run`")
    return ReceivedDepartures(messages, tracks)


def received(unit: Unit, *, with_console: bool) -> DepartureMessages:
    """Return the counter of departures by message. Raises UsageError if nothing would receive them."""
    if unit.departures_port is not None:
        log.warning(
            "departures_port is not used any more: send departures to the console, POST /api/v1/departures, with "
            "a token of the scope departures"
        )
    if any(source.source == "http" for source in _sources(unit)) and not with_console:
        raise UsageError("departures by message reach the console: run without --no-console, or use a timetable")
    return DepartureMessages(message_tracks(unit))


def message_tracks(unit: Unit) -> list[str]:
    """Return the tracks whose departures come by message or from a feed."""
    return [track for source in _sources(unit) if source.source != "timetable" for track in source.tracks]


@contextmanager
def following_trains(unit: Unit, departed: Callable[[str], object], clock: Clock) -> Iterator[None]:
    """Follow the feeds and brokers of the unit's departures in a with block.

    departed: takes the track of each departure. Raises UsageError for unusable files of certificates.
    """
    with ExitStack() as stack:
        for make in _followers(unit, departed, clock):
            stack.enter_context(make())
        yield


def _followers(unit: Unit, departed: Callable[[str], object], clock: Clock) -> Iterator[Callable[[], Closing]]:
    """Yield one follower for each feed and topic, with the tracks of all cameras."""
    tracks: dict[tuple[str, str, str], dict[str, set[str]]] = {}
    for source in _sources(unit):
        where = (source.source, source.url or source.broker or "", source.topic or "")
        for stop, track in source.by_stop.items():
            tracks.setdefault(where, {}).setdefault(stop, set()).add(track)
    for (kind, address, topic), by_stop in tracks.items():
        match kind:
            case "siri":
                from passerby.adapters.train_feeds.siri import siri_calls

                yield partial(_poller(), address, siri_calls, by_stop, departed, clock)
            case "gtfs_realtime":
                from passerby.adapters.train_feeds.gtfs_realtime import gtfs_calls

                yield partial(_poller(), address, gtfs_calls, by_stop, departed, clock)
            case "mqtt":
                from passerby.adapters.train_feeds.mqtt import MqttDepartures

                broker = next(one for one in unit.destinations if isinstance(one, Mqtt) and one.name == address)
                yield partial(MqttDepartures, broker, topic, by_stop, departed)


def _poller() -> type[FeedPoller]:
    from passerby.adapters.train_feeds.polling import FeedPoller

    return FeedPoller


def _sources(unit: Unit) -> list[Departures]:
    return [camera.departures for camera in unit.cameras if camera.departures]


def recording_clock(timezone: str, begins: str | None) -> WallClock:
    """Return the wall clock of a recording that begins at a local time. Raises UsageError."""
    zone = WallClock(timezone)
    if begins is None:
        return zone
    try:
        when = datetime.fromisoformat(begins)
    except ValueError:
        raise UsageError(f"--begins {begins}: write a date and time, for example 2026-03-01T08:00") from None
    if not FIRST_YEAR <= when.year < LAST_YEAR:
        raise UsageError(f"--begins {begins}: write a year from {FIRST_YEAR} to {LAST_YEAR - 1}")
    when = when if when.tzinfo else _only(when, zone.zone, begins)
    return WallClock(timezone, round((when - datetime.fromtimestamp(0, UTC)).total_seconds() * NS_PER_S))


def _only(local: datetime, zone: ZoneInfo, begins: str) -> datetime:
    """Return the one moment with this local time. Raises UsageError if there are two, or none."""
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise UsageError(
            f"--begins {begins}: there is no such time in {zone.key}, where clocks go forward; write a later time"
        )
    raise UsageError(
        f"--begins {begins}: this time occurs twice in {zone.key}, where clocks go back then; "
        f"write {first.isoformat()} for the first and {second.isoformat()} for the second"
    )


def needs_clock(camera: Camera) -> bool:
    """Return whether a camera's rules or departures use the wall clock."""
    by_table = camera.departures is not None and camera.departures.source == "timetable"
    return by_table or any(rule.schedule for rule in camera.rules)

"""Who says when trains leave, chosen from the configuration."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from passerby.adapters.messages import DepartureMessages, ToldDepartures
from passerby.adapters.timetable import Timetable, read_timetable
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import UsageError
from passerby.contracts.ports import DepartureSource
from passerby.contracts.time import NS_PER_S
from passerby.pipeline.schedule import WallClock


def departures_of(camera: Camera, clock: WallClock, messages: DepartureMessages | None) -> DepartureSource | None:
    """Return who tells this camera's departures; None where the picture does. Raises UsageError, ConfigError."""
    if camera.departures is None:
        return None
    tracks = camera.departures.tracks
    if camera.departures.source == "timetable":
        assert camera.departures.file is not None
        return Timetable(read_timetable(Path(camera.departures.file)), tracks, clock.local)
    if messages is None:
        raise UsageError(
            f"camera {camera.name}: departures come by message, which only `run` with a departures_port listens to"
        )
    return ToldDepartures(messages, tracks)


def listen(unit: Unit) -> DepartureMessages | None:
    """Listen for departures if the unit has a port for it. Raises UsageError."""
    told = [c.departures.tracks for c in unit.cameras if c.departures and c.departures.source == "http"]
    if unit.departures_port is None:
        return None
    return DepartureMessages(unit.departures_port, [track for tracks in told for track in tracks])


def recording_clock(timezone: str, begins: str | None) -> WallClock:
    """Return the wall clock of a recording that begins at a local time. Raises UsageError."""
    zone = WallClock(timezone)
    if begins is None:
        return zone
    try:
        when = datetime.fromisoformat(begins)
    except ValueError:
        raise UsageError(f"--begins {begins}: write a date and time such as 2026-03-01T08:00") from None
    when = when if when.tzinfo else when.replace(tzinfo=zone.zone)
    return WallClock(timezone, round((when - datetime.fromtimestamp(0, UTC)).total_seconds() * NS_PER_S))


def needs_clock(camera: Camera) -> bool:
    """Return whether a camera's rules or departures go by the clock on the wall."""
    by_table = camera.departures is not None and camera.departures.source == "timetable"
    return by_table or any(rule.schedule for rule in camera.rules)

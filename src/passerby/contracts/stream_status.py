"""The state of a camera with its reason, from its newest health report and its open incidents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from passerby.contracts.camera_faults import BRIGHT, COVERED, DARK, FROZEN, NO_SIGNAL
from passerby.contracts.event_kinds import EVENT_KINDS
from passerby.contracts.events import CameraHealth, CameraStatus, Event

LOST = EVENT_KINDS["camera_lost"]
# A camera reports each minute, at its end: without a report for longer, its thread has failed. Seconds.
SILENT_S = 240.0
# The picture shows nothing of the place.
BLINDING = (NO_SIGNAL, COVERED, DARK, BRIGHT)


class StreamState(StrEnum):
    """connecting: no picture was reported so far. live: pictures arrive and show the place. stale: the newest
    picture or report is old, or the picture is frozen. down: no pictures arrive. blind: they show nothing."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    DOWN = "down"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class StreamStatus:
    """why: the reason, for people; "" for a live camera."""

    state: StreamState
    why: str = ""


def stream_status(
    health: CameraHealth | None, opened: Iterable[Event], silent_s: float | None = None
) -> StreamStatus:
    """Return the state of one camera.

    health: its newest report. opened: its incidents that have not ended. silent_s: time since that report; None if
    it is unknown or does not matter.
    """
    kinds = {event.kind: event for event in opened}
    if LOST.name in kinds:
        return StreamStatus(StreamState.DOWN, _reason(kinds[LOST.name]))
    if health is None:
        return StreamStatus(StreamState.CONNECTING, "no report so far")
    if silent_s is not None and silent_s > SILENT_S:
        return StreamStatus(StreamState.STALE, f"no report for {silent_s / 60:.0f} min")
    if health.state is CameraStatus.DOWN:
        return StreamStatus(StreamState.DOWN, "no pictures in the newest report")
    if FROZEN.name in kinds:
        return StreamStatus(StreamState.STALE, FROZEN.title)
    why = next((kind.title for kind in BLINDING if kind.name in kinds), None)
    return StreamStatus(StreamState.BLIND, why) if why else StreamStatus(StreamState.LIVE)


def _reason(event: Event) -> str:
    said = (str(measure.value) for measure in event.measures if measure.name == "why")
    return next(said, LOST.title)

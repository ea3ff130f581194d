"""The state of a camera with its reason, from its newest health report and its open incidents."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from passerby.contracts.camera_faults import BRIGHT, COVERED, DARK, FROZEN, NO_SIGNAL
from passerby.contracts.event_kinds import EVENT_KINDS
from passerby.contracts.events import CameraHealth, CameraStatus, Event

LOST = EVENT_KINDS["camera_lost"]
# A camera reports each minute, at its end: without a report for longer, its thread has failed. Seconds.
SILENT_S = 240.0
# The picture shows nothing of the place.
BLINDING = (NO_SIGNAL, COVERED, DARK, BRIGHT)


@dataclass(frozen=True, slots=True)
class StreamStatus:
    """why: the reason, for people; "" for a live camera."""

    state: CameraStatus
    why: str = ""


LIVE = StreamStatus(CameraStatus.LIVE)


def picture_status(faults: Collection[str]) -> StreamStatus:
    """Return the state of a camera whose pictures arrive, from the kinds of its present faults."""
    if FROZEN.name in faults:
        return StreamStatus(CameraStatus.STALE, FROZEN.title)
    why = next((kind.title for kind in BLINDING if kind.name in faults), None)
    return StreamStatus(CameraStatus.BLIND, why) if why else LIVE


def reported_status(health: CameraHealth) -> StreamStatus:
    """Return the state in the window of one report."""
    is_unexplained = health.state is CameraStatus.DOWN and not health.why
    return StreamStatus(health.state, "no pictures in this report" if is_unexplained else health.why)


def stream_status(
    health: CameraHealth | None, opened: Iterable[Event], silent_s: float | None = None
) -> StreamStatus:
    """Return the present state of one camera.

    health: its newest report. opened: its incidents that have not ended. silent_s: time since that report; None if
    it is unknown or does not matter.
    """
    kinds = {event.kind: event for event in opened}
    if LOST.name in kinds:
        return StreamStatus(CameraStatus.DOWN, _reason(kinds[LOST.name]))
    if health is None:
        return StreamStatus(CameraStatus.CONNECTING, "no report so far")
    if silent_s is not None and silent_s > SILENT_S:
        return StreamStatus(CameraStatus.STALE, f"no report for {silent_s / 60:.0f} min")
    # A state is reported at its end, so the open incidents are newer; a recording has none when its pictures stop.
    return reported_status(health) if health.state is CameraStatus.DOWN else picture_status(kinds)


def _reason(event: Event) -> str:
    said = (str(measure.value) for measure in event.measures if measure.name == "why")
    return next(said, LOST.title)

"""The trains that a person could have boarded since they arrived."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from passerby.contracts.scene import Scene
from passerby.contracts.time import NS_PER_S, Timestamp

# Without a picture of the train: a person who was there this long before its departure could have boarded,
# seconds. Chosen by judgement; not varied in a measurement.
BOARDING_S = 30.0
_BOARDING_NS = round(BOARDING_S * NS_PER_S)
# A track without a departure for this long is out of service, seconds. Chosen by judgement; not varied in a
# measurement.
IN_SERVICE_S = 1200.0
# Number of departures that are stored. Chosen: more than the 20 that a rule can ask for.
MOST_KEPT = 100


@dataclass(slots=True)
class _TrackDepartures:
    """Departures of one track: the time each train came into view. known_at: last time at which the track was
    known to be in service."""

    counted: int
    known_at: Timestamp
    came_at: Timestamp | None = None
    came: deque[Timestamp] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))


class MissedTrains:
    """The departures of a camera's tracks, or of one of them: `track`.

    A train counts for people who were there before it came into view: a person who came later may be waiting for
    the next one.
    """

    def __init__(self, track: str | None) -> None:
        self._only = track
        self._tracks: dict[str, _TrackDepartures] = {}

    def step(self, scene: Scene) -> None:
        """Record arrivals and departures."""
        for train in (train for train in scene.trains if self._only in (None, train.track)):
            track = self._tracks.setdefault(train.track, _TrackDepartures(train.departures, scene.at))
            if train.departures > track.counted:
                track.came.append(track.came_at or Timestamp(scene.at.mono_ns - _BOARDING_NS))
                track.counted, track.known_at = train.departures, scene.at
            if train.is_there:
                track.came_at = train.since
            elif track.came_at is not None and scene.at.since_s(train.since) > BOARDING_S:
                track.came_at = None

    def since(self, since: Timestamp, now: Timestamp) -> int:
        """Return the number of trains missed since `since`, at every track in service.

        At every track, because the track that a person waits for is unknown.
        """
        served = [t for t in self._tracks.values() if now.since_s(t.known_at) <= IN_SERVICE_S]
        return min((sum(came.mono_ns > since.mono_ns for came in t.came) for t in served), default=0)

    def reset(self) -> None:
        """Reset, because the picture was interrupted: earlier trains do not count for people present now."""
        for track in self._tracks.values():
            track.came.clear()
            track.came_at = None

"""Which trains somebody who has been in a place since some time could have taken and did not."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp

# Without a picture of the train: who was there so long before it left could have boarded. Seconds.
BOARDING_S = 30.0
# A track at which no train has left for so long is out of service: nobody waits for it. Seconds.
IN_SERVICE_S = 1200.0
# More departures than anybody waits for.
MOST_KEPT = 100


@dataclass(slots=True)
class _TrackDepartures:
    """Departures of one track: when each train came into view. known_at: when the track was last known to be
    served."""

    counted: int
    known_at: Timestamp
    came_at: Timestamp | None = None
    came: deque[Timestamp] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))


class MissedTrains:
    """The departures of a camera's tracks, or of one of them: `track`.

    A train counts for who was there before it came into view: whoever came later may be the next one's passenger.
    """

    def __init__(self, track: str | None) -> None:
        self._only = track
        self._tracks: dict[str, _TrackDepartures] = {}

    def step(self, scene: Scene) -> None:
        """Take note of what came and left."""
        for train in scene.trains:
            if self._only not in (None, train.track):
                continue
            track = self._tracks.setdefault(train.track, _TrackDepartures(train.departures, scene.at))
            if train.departures > track.counted:
                track.came.append(track.came_at or _earlier(scene.at, BOARDING_S))
                track.counted, track.known_at = train.departures, scene.at
            if train.is_there:
                track.came_at = train.since
            elif track.came_at is not None and scene.at.since_s(train.since) > BOARDING_S:
                track.came_at = None

    def since(self, since: Timestamp, now: Timestamp) -> int:
        """Return how many trains somebody who is there `since` has let go at every track in service.

        At every track, because nobody knows which one they wait for.
        """
        served = [t for t in self._tracks.values() if now.since_s(t.known_at) <= IN_SERVICE_S]
        return min((sum(came.mono_ns > since.mono_ns for came in t.came) for t in served), default=0)

    def reset(self) -> None:
        """The picture was interrupted: what came before concerns nobody who is there now."""
        for track in self._tracks.values():
            track.came.clear()
            track.came_at = None


def _earlier(at: Timestamp, seconds: float) -> Timestamp:
    return Timestamp(at.mono_ns - round(seconds * 1e9))

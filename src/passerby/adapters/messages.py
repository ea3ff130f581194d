"""Departures by message: the console receives them, POST /api/v1/departures with {"track": "NAME"}.

The feeds of `train_feeds` report here, too.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable

from passerby.adapters.merge import with_departures
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState


class DepartureMessages:
    """Counts the departures of the expected tracks; its methods may be called from any thread."""

    def __init__(self, tracks: Iterable[str] = ()) -> None:
        self._counted, self._lock = Counter[str](), threading.Lock()
        self._followers: list[Callable[[str], None]] = []
        self.expect(tracks)

    def expect(self, tracks: Iterable[str]) -> None:
        """Also count these tracks from now on."""
        with self._lock:
            for track in tracks:
                self._counted.setdefault(track, 0)

    def follow(self, follower: Callable[[str], None]) -> None:
        """Call `follower` with the track of each departure from now on."""
        self._followers.append(follower)

    def left(self, track: str) -> bool:
        """Count one departure; return whether the track is expected."""
        with self._lock:
            if track not in self._counted:
                return False
            self._counted[track] += 1
        for follower in self._followers:
            follower(track)
        return True

    def counted(self, tracks: Iterable[str]) -> dict[str, int]:
        """Return the departures so far."""
        with self._lock:
            return {track: self._counted[track] for track in tracks}


class ReceivedDepartures:
    """The departures of one camera's `tracks`."""

    def __init__(self, messages: DepartureMessages, tracks: Iterable[str]) -> None:
        self._messages, self._tracks = messages, tuple(tracks)

    def merged(self, seen: tuple[TrainState, ...], at: Timestamp) -> tuple[TrainState, ...]:
        """See DepartureSource."""
        return with_departures(seen, self._messages.counted(self._tracks), at)

"""The calls of trains at stops that a feed announces, and which of them have departed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

# A call that a feed no longer lists has departed if its time was at most this far ahead; before that it was
# withdrawn. Two of the longest usual intervals of such feeds, 60 s. Seconds.
JUST_AHEAD_S = 120.0
# How long a departed call is remembered, so that a later time for it does not count it again, seconds.
REMEMBERED_S = 6 * 3600.0


class FeedError(Exception):
    """A feed cannot be read."""


@dataclass(frozen=True, slots=True)
class TrainCall:
    """One train at one stop. key: of the journey and the stop, the same in every answer of the feed.

    departs_s: actual time of departure, or the expected one, seconds since 1970 UTC. is_there: the train stands at
    the stop. is_cancelled: it does not stop.
    """

    key: str
    stop: str
    departs_s: float
    is_there: bool = False
    is_cancelled: bool = False


class CallBook:
    """Follows the answers of one feed. Those that had departed before the first answer do not count."""

    def __init__(self) -> None:
        self._expected: dict[str, TrainCall] = {}
        self._departed: dict[str, float] = {}
        self._is_first = True

    def departed(self, answer: Iterable[TrainCall], now_s: float) -> list[str]:
        """Take an answer of the feed; return the stops of the trains that have departed since the last one."""
        listed = {call.key: call for call in answer}
        for key, call in self._expected.items():
            if key not in listed and call.departs_s - now_s <= JUST_AHEAD_S:
                listed[key] = replace(call, is_there=False)
        self._expected = {key: call for key, call in listed.items() if not call.is_cancelled}
        gone = [call for call in self._expected.values() if call.departs_s <= now_s and not call.is_there]
        new = [call for call in gone if call.key not in self._departed]
        self._departed |= {call.key: now_s for call in gone}
        self._expected = {key: call for key, call in self._expected.items() if key not in self._departed}
        self._departed = {key: at_s for key, at_s in self._departed.items() if now_s - at_s < REMEMBERED_S}
        is_first, self._is_first = self._is_first, False
        return [] if is_first else [call.stop for call in new]

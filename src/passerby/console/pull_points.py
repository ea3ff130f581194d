"""The pull points of ONVIF clients: created, read, renewed and ended; a bounded number of them."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from passerby.adapters.onvif_events.messages import OnvifMessage
from passerby.adapters.onvif_events.soap import SoapError
from passerby.adapters.onvif_events.subscription import Subscription
from passerby.adapters.onvif_events.topics import TopicFilter
from passerby.console.ports import ConsolePorts

# A video management system has one; the others are for those that lost theirs and come back.
MOST = 16
# Without another wish a subscription lasts this long after the last request. The longest one. Seconds.
DEFAULT_S, LONGEST_S = 60.0, 3600.0
# The longest wait for messages, and the most at once.
LONGEST_WAIT_S, MOST_MESSAGES = 60.0, 100
LOOK_EVERY_S = 0.25
PREFIX = "subscription-"


@dataclass(slots=True)
class _PullPoint:
    subscription: Subscription
    ends_s: float
    is_kept_by_pulls: bool
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class PullPoints:
    """All pull points of a unit. Every call raises SoapError, and StoreError if the store cannot be read."""

    def __init__(self, ports: ConsolePorts) -> None:
        self._ports = ports
        self._points: dict[str, _PullPoint] = {}
        self._is_closed = False

    async def create(self, wanted: TopicFilter, lasts_s: float | None) -> tuple[str, float]:
        """Begin a subscription; return its name and how long it lasts. lasts_s: None to last while it is read."""
        self._drop_ended()
        if len(self._points) >= MOST:
            raise SoapError("too many subscriptions", "s:Receiver", "wsnt:SubscribeCreationFailedFault")
        unit = self._ports.status.unit()
        made = await run_in_threadpool(Subscription, self._ports.store.reading, unit, wanted)
        name, kept_s = PREFIX + secrets.token_urlsafe(12), _bounded(lasts_s)
        self._points[name] = _PullPoint(made, time.monotonic() + kept_s, lasts_s is None)
        return name, kept_s

    async def pull(self, name: str, wait_s: float, most: int) -> tuple[list[OnvifMessage], float]:
        """Wait for messages; return them, and how long the subscription still lasts."""
        point, until_s = self._of(name), time.monotonic() + min(wait_s, LONGEST_WAIT_S)
        async with point.turn:
            while True:
                if point.is_kept_by_pulls:
                    point.ends_s = time.monotonic() + DEFAULT_S
                found = await run_in_threadpool(point.subscription.pull, min(most, MOST_MESSAGES))
                now_s = time.monotonic()
                if found or self._is_closed or now_s >= min(until_s, point.ends_s):
                    return found, max(0.0, point.ends_s - now_s)
                await asyncio.sleep(LOOK_EVERY_S)

    def close(self) -> None:
        """Answer those that wait, soon."""
        self._is_closed = True

    async def synchronize(self, name: str) -> None:
        """Send the present states again."""
        point = self._of(name)
        async with point.turn:
            point.subscription.synchronize()

    def renew(self, name: str, lasts_s: float | None) -> float:
        """Prolong a subscription; return how long it lasts."""
        point, kept_s = self._of(name), _bounded(lasts_s)
        point.ends_s = time.monotonic() + kept_s
        return kept_s

    def end(self, name: str) -> None:
        """End a subscription."""
        self._of(name)
        del self._points[name]

    def _of(self, name: str) -> _PullPoint:
        self._drop_ended()
        if name not in self._points:
            raise SoapError("there is no such subscription", "s:Sender", "wsrf:ResourceUnknownFault")
        return self._points[name]

    def _drop_ended(self) -> None:
        now_s = time.monotonic()
        self._points = {name: point for name, point in self._points.items() if point.ends_s > now_s}


def _bounded(lasts_s: float | None) -> float:
    if lasts_s is None:
        return DEFAULT_S
    if lasts_s <= 0:
        raise SoapError("the end is in the past", "s:Sender", "wsnt:UnacceptableInitialTerminationTimeFault")
    return min(lasts_s, LONGEST_S)

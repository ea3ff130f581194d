"""What is new, for the pages that are open: read from the store once for all of them.

Each message of the store has an identifier, from which a page continues after its connection was lost. An alarm
that is not stored yet is announced without one.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool

from passerby.console.ports import ConsoleStore
from passerby.console.reasons import title
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event
from passerby.store import handling
from passerby.store.alarms import ALARMS

LOOK_EVERY_S, TICK_EVERY_S = 0.5, 5.0
MOST_STREAMS = 64
# A page that missed more than this loads again.
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FeedMessage:
    """One server-sent event. id: "" if a page cannot continue from it."""

    kind: str
    data: Any
    id: str = ""

    @property
    def text(self) -> bytes:
        """The message on the wire."""
        number = f"id: {self.id}\n" if self.id else ""
        data = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        return f"{number}event: {self.kind}\ndata: {data}\n\n".encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """How far a page has read: the newest row of alarms and of acts."""

    alarm: int = 0
    act: int = 0

    @property
    def text(self) -> str:
        """The identifier of a message."""
        return f"{self.alarm}.{self.act}"

    @classmethod
    def read(cls, text: str) -> FeedPlace | None:
        """Return the place of an identifier, None if it is none of ours."""
        numbers = text.split(".")
        if len(numbers) != 2 or not all(n.isascii() and n.isdigit() and len(n) < 19 for n in numbers):
            return None
        return cls(int(numbers[0]), int(numbers[1]))


class Feed:
    """Streams of messages, at most MOST_STREAMS at a time. `announce` may be called from any thread."""

    def __init__(self, store: ConsoleStore) -> None:
        self._store = store
        self._streams: set[asyncio.Queue[FeedMessage]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False
        self._newest, self._looked_s = FeedPlace(), float("-inf")
        self._looking = asyncio.Lock()

    @property
    def is_full(self) -> bool:
        """Whether no further stream can begin."""
        return self._is_closed or len(self._streams) >= MOST_STREAMS

    def announce(self, event: Event, stored: bool) -> None:
        """Pass an event of alarm severity on at once; once it is stored, its alarm follows by itself."""
        loop = self._loop
        if stored or loop is None:
            return
        what = {"kind": event.kind, "title": title(event.kind), "phase": event.phase, "utc": event.utc}
        message = FeedMessage("raised", {**what, "camera": event.camera, "place": event.place, "stored": False})
        try:
            loop.call_soon_threadsafe(self._spread, message)
        except RuntimeError:  # the loop has ended meanwhile
            self._loop = None

    def close(self) -> None:
        """End all streams soon."""
        self._is_closed = True

    async def stream(self, since: FeedPlace | None) -> AsyncIterator[FeedMessage]:
        """Yield what is stored after `since`, then what is new, and a tick while nothing is."""
        self._loop = asyncio.get_running_loop()
        urgent: asyncio.Queue[FeedMessage] = asyncio.Queue(MOST_AT_ONCE)
        self._streams.add(urgent)
        try:
            place = await self._latest() if since is None else since
            yield FeedMessage("hello", {}, place.text)
            quiet_s = 0.0
            while not self._is_closed:
                new = await self._new(place, urgent)
                place = (FeedPlace.read(new[-1].id) if new else None) or place
                quiet_s = 0.0 if new else quiet_s + LOOK_EVERY_S
                if quiet_s >= TICK_EVERY_S:
                    new, quiet_s = [FeedMessage("tick", {})], 0.0
                for message in new:
                    yield message
        finally:
            self._streams.discard(urgent)

    async def _new(self, place: FeedPlace, urgent: asyncio.Queue[FeedMessage]) -> list[FeedMessage]:
        """Return urgent messages at once, or those that the store has after a moment."""
        try:
            return [await asyncio.wait_for(urgent.get(), LOOK_EVERY_S)]
        except TimeoutError:
            pass
        try:
            if await self._latest() == place:
                return []
            return await run_in_threadpool(self.after, place)
        except StoreError:
            return []  # the page still gets what is announced

    async def _latest(self) -> FeedPlace:
        """Return how far the store is; it is asked once for all streams."""
        async with self._looking:
            if time.monotonic() - self._looked_s >= LOOK_EVERY_S:
                self._newest = await run_in_threadpool(self._look)
                self._looked_s = time.monotonic()
            return self._newest

    def _spread(self, message: FeedMessage) -> None:
        for urgent in self._streams:
            if not urgent.full():
                urgent.put_nowait(message)

    def _look(self) -> FeedPlace:
        with self._store.reading() as connection:
            return _newest(connection)

    def after(self, place: FeedPlace) -> list[FeedMessage]:
        """Return what is stored after a place, or one message to load again if that is too much."""
        with self._store.reading() as connection:
            found = ALARMS.after_row(connection, place.alarm, MOST_AT_ONCE)
            acts = handling.after(connection, place.act, MOST_AT_ONCE)
            if len(found) >= MOST_AT_ONCE or len(acts) >= MOST_AT_ONCE:
                return [FeedMessage("reload", {}, _newest(connection).text)]
        messages = []
        for row, alarm in found:
            place = FeedPlace(row, place.act)
            messages.append(FeedMessage("alarm", asdict(alarm), place.text))
        for act in acts:
            place = FeedPlace(place.alarm, act.row)
            messages.append(FeedMessage("act", asdict(act), place.text))
        return messages


def _newest(connection: sqlite3.Connection) -> FeedPlace:
    row = connection.execute(
        "SELECT coalesce((SELECT max(row) FROM alarm), 0), coalesce((SELECT max(row) FROM alarm_act), 0)"
    ).fetchone()
    return FeedPlace(*row)

"""Asks a feed again and again, and reports each departure once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping

import httpx2 as httpx

from passerby.adapters.http_client import http_client
from passerby.adapters.train_feeds.calls import CallBook, FeedError, TrainCall
from passerby.contracts.closing import Closing
from passerby.contracts.time import NS_PER_S, Clock
from passerby.contracts.urls import mask_url
from passerby.ingest.backoff import Backoff

log = logging.getLogger(__name__)
# Feeds change two to four times a minute.
EVERY_S, MOST_PAUSE_S, TIMEOUT_S = 15.0, 120.0, 10.0
# The feed of a large network has some megabytes.
MOST_BYTES = 20_000_000


class FeedPoller(Closing):
    """Follows one feed in a thread until `close`.

    read: turns an answer into calls. tracks: those of each stop. departed: takes the track of each departure.
    """

    def __init__(
        self,
        url: str,
        read: Callable[[bytes], list[TrainCall]],
        tracks: Mapping[str, Collection[str]],
        departed: Callable[[str], object],
        clock: Clock,
    ) -> None:
        self._url, self._read, self._tracks, self._departed = url, read, tracks, departed
        self._clock, self._book, self._backoff = clock, CallBook(), Backoff(EVERY_S, MOST_PAUSE_S)
        self._client = http_client(TIMEOUT_S)
        self._is_failing, self._stop = False, threading.Event()
        self._thread = threading.Thread(target=self._work, name="train feed", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join(TIMEOUT_S)
        self._client.close()

    def _work(self) -> None:
        wait_s = 0.0
        while not self._stop.wait(wait_s):
            try:
                self._step()
                wait_s = EVERY_S
                self._backoff.reset()
            except (FeedError, httpx.HTTPError) as error:
                wait_s = self._backoff.next_s()
                if not self._is_failing:
                    log.warning("train feed %s: %s; asking again", mask_url(self._url), error)
                self._is_failing = True

    def _step(self) -> None:
        calls = [call for call in self._read(self._answer()) if call.stop in self._tracks]
        if self._is_failing:
            log.info("train feed %s answers again", mask_url(self._url))
        self._is_failing = False
        for stop in self._book.departed(calls, self._clock.utc_ns() / NS_PER_S):
            for track in self._tracks[stop]:
                self._departed(track)

    def _answer(self) -> bytes:
        """Return the body of one answer. Raises FeedError and HTTPError."""
        parts, read, end_s = list[bytes](), 0, time.monotonic() + TIMEOUT_S
        with self._client.stream("GET", self._url) as answer:
            if answer.status_code != httpx.codes.OK:
                raise FeedError(f"it answers {answer.status_code}")
            for part in answer.iter_bytes():
                parts.append(part)
                read += len(part)
                if read > MOST_BYTES or time.monotonic() > end_s:
                    raise FeedError("the answer is too large or too slow")
        return b"".join(parts)

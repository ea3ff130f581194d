"""Bounds the number of people who watch live pictures at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

MOST_VIEWERS = 32
# A page asks for its tiles more often than this; who did not ask is not watching any more, seconds.
GONE_AFTER_S = 10.0


class Viewers:
    """The sessions that watch."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s, self._lock = now_s, Lock()
        self._seen_s: dict[str, float] = {}

    def admit(self, session: str) -> bool:
        """Return whether this session may watch: it does already, or there is room for another one."""
        with self._lock:
            now_s = self._now_s()
            if session not in self._seen_s:
                for gone in [key for key, s in self._seen_s.items() if now_s - s > GONE_AFTER_S]:
                    del self._seen_s[gone]
                if len(self._seen_s) >= MOST_VIEWERS:
                    return False
            self._seen_s[session] = now_s
            return True

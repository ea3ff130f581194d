"""Slows down guessing of passwords without locking an account for ever."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

FREE_TRIES = 5
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 300.0
# Of one address, whatever names it tries.
FREE_TRIES_OF_ADDRESS = 20
MOST_KEPT = 2_000
FORGIVEN_AFTER_S = 900.0


@dataclass(slots=True)
class _Tries:
    failures: int = 0
    last_s: float = 0.0


class Attempts:
    """Failed logins by (name, address) and by address, in memory.

    After FREE_TRIES failures each further one doubles the wait, up to LONGEST_WAIT_S. A person at another address
    is not affected, and after FORGIVEN_AFTER_S without a failure all is forgiven, so no lock-out is permanent.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s, self._lock = now_s, Lock()
        self._tries: OrderedDict[tuple[str, str], _Tries] = OrderedDict()

    def begin(self, name: str, address: str) -> float:
        """Count a try, as a failure until `succeeded`; or return how long this address has to wait first, seconds.

        A try is counted before the password is checked, so that tries at the same time are counted, too.
        """
        with self._lock:
            wait_s = max(
                self._left_s((name, address), FREE_TRIES), self._left_s(("", address), FREE_TRIES_OF_ADDRESS)
            )
            if wait_s == 0:
                self._note((name, address))
                self._note(("", address))
            return wait_s

    def waits_now(self, name: str, address: str) -> bool:
        """Return whether the last failure of this name at this address began the first wait."""
        with self._lock:
            tries = self._tries.get((name, address))
            return tries is not None and tries.failures == FREE_TRIES

    def succeeded(self, name: str, address: str) -> None:
        """Drop the failures of this name at this address."""
        with self._lock:
            mine, others = self._tries.pop((name, address), None), self._tries.get(("", address))
            if mine is not None and others is not None:
                others.failures -= 1  # the one of this try

    def _note(self, key: tuple[str, str]) -> None:
        tries = self._tries.pop(key, None) or _Tries()
        if self._now_s() - tries.last_s > FORGIVEN_AFTER_S:
            tries.failures = 0
        tries.failures += 1
        tries.last_s = self._now_s()
        self._tries[key] = tries
        while len(self._tries) > MOST_KEPT:
            self._tries.popitem(last=False)

    def _left_s(self, key: tuple[str, str], free: int) -> float:
        tries = self._tries.get(key)
        if tries is None or tries.failures < free:
            return 0.0
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(tries.failures - free, 10))
        return max(0.0, tries.last_s + wait_s - self._now_s())

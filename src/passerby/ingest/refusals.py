"""Which logins cameras refused, and when: a camera locks an account that tries too often."""

from __future__ import annotations

import hashlib
import threading

from passerby.contracts.time import NS_PER_S, Clock

# Two answers of "401" are one attempt: the question for the login, and the refusal of it.
WAIT_S = 300.0


class Refusals:
    """Remembers refused logins for the whole process, so that a restart of a camera's thread is no new attempt.

    A login is the address of the camera with user and password: all its streams share it, and another password is
    another login. Only checksums are kept.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until_ns: dict[bytes, int] = {}

    def add(self, url: str, clock: Clock, wait_s: float = WAIT_S) -> None:
        """The camera at `url` refused the login in it just now: it must not be tried for `wait_s`."""
        with self._lock:
            self._until_ns[_login(url)] = clock.mono_ns() + round(wait_s * NS_PER_S)

    def wait_s(self, url: str, clock: Clock) -> float:
        """Return the seconds until the login may be tried again, 0 if it may be tried now."""
        with self._lock:
            return max(0, self._until_ns.get(_login(url), 0) - clock.mono_ns()) / NS_PER_S

    def remove(self, url: str) -> None:
        """The camera took the login."""
        with self._lock:
            self._until_ns.pop(_login(url), None)


REFUSALS = Refusals()
"""Those of this process."""


def _login(url: str) -> bytes:
    login = url.partition("://")[2].partition("/")[0]
    return hashlib.sha256(login.encode("utf-8", "surrogateescape")).digest()

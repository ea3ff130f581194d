"""Logins on their way to the identity provider and back: in memory, few, short-lived, each used once."""

from __future__ import annotations

import hmac
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from passerby.console.passwords import new_token

PENDING_S, MOST_PENDING = 600.0, 200


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """One login. binder: the secret of the browser that began it. after: the page to show then."""

    binder: str
    verifier: str
    nonce: str
    after: str
    begun_s: float


class PendingLogins:
    """Logins on their way to the provider and back; each is used once."""

    def __init__(self) -> None:
        self._lock, self._pending = Lock(), OrderedDict[str, PendingLogin]()

    def begin(self, after: str) -> tuple[str, PendingLogin]:
        """Return a new login and its state; the oldest are dropped."""
        state = new_token()
        login = PendingLogin(new_token(), new_token(), new_token(), after, time.monotonic())
        with self._lock:
            self._pending[state] = login
            while len(self._pending) > MOST_PENDING:
                self._pending.popitem(last=False)
        return state, login

    def end(self, state: str, binder: str) -> PendingLogin | None:
        """Return the login of a state, once, to the browser that began it and in time; otherwise None."""
        with self._lock:
            login = self._pending.pop(state, None)
        if login is None or time.monotonic() - login.begun_s > PENDING_S:
            return None
        return login if hmac.compare_digest(login.binder.encode(), binder.encode()) else None

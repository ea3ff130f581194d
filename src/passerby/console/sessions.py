"""Login sessions: a random token in a cookie, its digest in the store, with an idle and an absolute end."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from passerby.console.passwords import digest, new_token
from passerby.console.ports import ConsoleStore
from passerby.store import accounts, audit
from passerby.store.accounts import LoginSession, by_console
from passerby.store.audit import Act
from passerby.store.utc import now_ms

COOKIE = "passerby_session"
LONGEST_SESSION_MS = 24 * 3_600_000
# A page asks for pictures many times a second: the store is asked at most this often for each session, seconds.
BELIEVED_S = 1.0
NOTED_EVERY_MS = 60_000
MOST_BELIEVED = 500


@dataclass(frozen=True, slots=True)
class _Believed:
    session: LoginSession | None
    at_s: float


class Sessions:
    """All sessions of the console. idle_h: they end after this time without use."""

    def __init__(self, store: ConsoleStore, idle_h: float) -> None:
        self._store, self._idle_ms = store, round(idle_h * 3_600_000)
        self._believed: OrderedDict[bytes, _Believed] = OrderedDict()
        self._lock = Lock()

    def begin(self, name: str, before: str | None) -> str:
        """Return the token of a new session; a session that the browser had before ends."""
        token = new_token()
        csrf = new_token()
        self._store.write(lambda c: accounts.begin_session(c, digest(token), name, csrf))
        if before:
            self.end(before)
        return token

    def at_hand(self, token: str, *, passive: bool) -> LoginSession | None:
        """Return the session of a token if the store need not be asked, otherwise None."""
        believed = self._believed_now(digest(token))
        session = None if believed is None else believed.session
        if session is None or self._is_over(session):
            return None
        return session if passive or not _is_to_note(session) else None

    def of(self, token: str, *, passive: bool) -> LoginSession | None:
        """Return the session of a token, None if it is unknown or over. passive: this is no use of it."""
        key = digest(token)
        session = self._known(key)
        if session is None or self._is_over(session):
            return None
        if not passive and _is_to_note(session):
            self._store.write(lambda c: accounts.use_session(c, key))
            self._drop(key)
        return session

    def end(self, token: str) -> None:
        """End a session."""
        key = digest(token)
        session = self._known(key)
        self._drop(key)
        if session is not None:
            self._store.write(lambda c: accounts.end_session(c, key))

    def log_out(self, token: str) -> None:
        """End a session on request, with an entry in the audit log."""
        session = self._known(digest(token))
        self.end(token)
        if session is not None:
            actor = by_console(session.account.name)
            self._store.write(lambda c: audit.record(c, actor, Act.LOGGED_OUT, "console"))

    def _is_over(self, session: LoginSession) -> bool:
        now = now_ms()
        return now - session.used_ms > self._idle_ms or now - session.made_ms > LONGEST_SESSION_MS

    def _known(self, key: bytes) -> LoginSession | None:
        known = self._believed_now(key)
        if known is not None:
            return known.session
        with self._store.reading() as connection:
            session = accounts.session(connection, key)
        with self._lock:
            self._believed[key] = _Believed(session, time.monotonic())
            while len(self._believed) > MOST_BELIEVED:
                self._believed.popitem(last=False)
        return session

    def _believed_now(self, key: bytes) -> _Believed | None:
        with self._lock:
            known = self._believed.get(key)
        return known if known is not None and time.monotonic() - known.at_s < BELIEVED_S else None

    def _drop(self, key: bytes) -> None:
        with self._lock:
            self._believed.pop(key, None)


def _is_to_note(session: LoginSession) -> bool:
    return now_ms() - session.used_ms > NOTED_EVERY_MS

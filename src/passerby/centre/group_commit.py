"""Keeps the reports of many units in few transactions: all that arrive during one commit share the next."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from passerby.centre.store.engine import store_errors
from passerby.centre.store.keep import Arrival, keep
from passerby.contracts.errors import StoreError

# Reports in one transaction.
MOST_TOGETHER = 64
# Classes of SQLSTATE that mean a value, and not the server.
VALUE_CLASSES = ("22", "23")


@dataclass(slots=True)
class _Waiting:
    """An arrival whose thread sleeps until it is kept, or is the first and has to commit. is_known: see keep."""

    arrival: Arrival
    wake: threading.Event = field(default_factory=threading.Event)
    is_over: bool = False
    is_known: bool = False
    error: StoreError | None = None


class GroupCommit:
    """Commits arrivals; many threads may use it, and one transaction is open at a time.

    So arrivals are visible in the order of their numbers, and the cost of a commit is shared.
    """

    def __init__(self, engine: Engine, write: Callable[..., frozenset[str]] = keep) -> None:
        self._engine, self._write = engine, write
        self._lock, self._queue = threading.Lock(), deque[_Waiting]()

    def keep(self, arrival: Arrival) -> bool:
        """Return after the commit; False if the token is of no unit. Raises StoreError."""
        mine = _Waiting(arrival)
        with self._lock:
            self._queue.append(mine)
            is_first = self._queue[0] is mine
        if not is_first:
            mine.wake.wait()
        if not mine.is_over:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.is_known

    def _lead(self) -> None:
        """Commit the queue from its first place, and let the next one lead."""
        with self._lock:
            group = list(islice(self._queue, MOST_TOGETHER))
        try:
            self._commit(group)
        finally:
            with self._lock:
                for one in group:
                    self._queue.popleft()
                    one.is_over = True
                following = [*group, *islice(self._queue, 1)]
            for one in following:
                one.wake.set()

    def _commit(self, group: Sequence[_Waiting]) -> None:
        """Commit a group; if a value of it does not fit, each report alone, so that no unit stops another one."""
        try:
            with store_errors(), self._engine.begin() as connection:
                known = self._write(connection, [one.arrival for one in group])
        except StoreError as error:
            if len(group) > 1 and _is_of_a_value(error):
                for one in group:
                    self._commit([one])
                return
            for one in group:
                one.error = error
        else:
            for one in group:
                one.is_known = one.arrival.token_sha256 in known


def _is_of_a_value(error: StoreError) -> bool:
    cause = error.__cause__
    answer = cause.orig.args[0] if isinstance(cause, DBAPIError) and cause.orig and cause.orig.args else None
    return isinstance(answer, dict) and str(answer.get("C", ""))[:2] in VALUE_CLASSES

"""Enters every look at evidence and live pictures into the audit log, with person and time."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock

from passerby.console.ports import ConsoleStore
from passerby.console.users import ConsoleUser
from passerby.store import audit
from passerby.store.audit import Act

# A page shows the same picture again and again: one entry for each person, picture and this time.
ONE_LOOK_S = 600.0
MOST_KEPT = 5_000


class Looks:
    """The looks that are in the log already."""

    def __init__(self, store: ConsoleStore) -> None:
        self._store, self._lock = store, Lock()
        self._noted: OrderedDict[tuple[str, str], float] = OrderedDict()

    def note(self, who: ConsoleUser, what: str, for_whom: str = "") -> None:
        """Enter a look unless it is entered already. Raises StoreError: without an entry, no picture.

        for_whom: the person for whom a program looks, as the program reports it.
        """
        key, now_s = (who.session.csrf, f"{what} {for_whom}"), time.monotonic()
        detail = f"for {for_whom}" if for_whom else ""
        with self._lock:
            if now_s - self._noted.get(key, float("-inf")) < ONE_LOOK_S:
                return
        self._store.write(lambda c: audit.record(c, who.actor, Act.LOOKED, what, detail))
        with self._lock:
            self._noted[key] = now_s
            self._noted.move_to_end(key)
            while len(self._noted) > MOST_KEPT:
                self._noted.popitem(last=False)

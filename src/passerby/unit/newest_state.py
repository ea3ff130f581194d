"""Shows a destination the newest counts and the health of cameras. A missed value is replaced by a newer one.

An act of a person on an alarm is news too: a control room gets it now and not with the next counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from passerby.contracts.destinations import StateDestination
from passerby.store import handling, samples
from passerby.store.results import ResultsStore

# Of each type, the newest rows that are looked at: several minutes of a unit with many zones.
MOST_ROWS = 1_000
# Without anything new, the destination is asked at least this often: so it knows that the unit lives, and the unit
# that its connection does.
BEAT_S = 20.0


class NewestState:
    """Follows the tables of samples for one destination. mono_s: a clock that never goes back, seconds."""

    def __init__(
        self, store: ResultsStore, destination: StateDestination, mono_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._destination, self._mono_s = store, destination, mono_s
        self._rows: dict[type, int] = {}
        self._shown_s: float | None = None
        self._act = 0

    def show(self) -> bool:
        """Show the samples that are new; return whether anything was. The first call shows the present state.

        Raises DeliveryError, after which the next call tries again, and StoreError.
        """
        with self._store.reading() as connection:
            found = {
                of: samples.newest_rows(connection, of, self._rows.get(of, 0), MOST_ROWS) for of in samples.TYPES
            }
            act = handling.newest_row(connection)
        new = [sample for rows in found.values() for _, sample in rows]
        now_s = self._mono_s()
        is_news = bool(new) or act != self._act
        if self._shown_s is not None and not is_news and now_s - self._shown_s < BEAT_S:
            return False
        self._destination.show(new)
        self._rows |= {of: rows[-1][0] for of, rows in found.items() if rows}
        self._shown_s, self._act = now_s, act
        return True

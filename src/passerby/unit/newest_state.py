"""Shows a destination the newest counts and the health of cameras. A missed value is replaced by a newer one."""

from __future__ import annotations

from passerby.contracts.destinations import StateDestination
from passerby.store import samples
from passerby.store.results import ResultsStore

# Of each type, the newest rows that are looked at: several minutes of a unit with many zones.
MOST_ROWS = 1_000


class NewestState:
    """Follows the tables of samples for one destination."""

    def __init__(self, store: ResultsStore, destination: StateDestination) -> None:
        self._store, self._destination = store, destination
        self._rows: dict[type, int] = {}
        self._is_shown = False

    def show(self) -> bool:
        """Show the samples that are new; return whether there were any. The first call shows the present state.

        Raises DeliveryError, after which the next call tries again, and StoreError.
        """
        with self._store.reading() as connection:
            found = {
                of: samples.newest_rows(connection, of, self._rows.get(of, 0), MOST_ROWS) for of in samples.TYPES
            }
        new = [sample for rows in found.values() for _, sample in rows]
        if self._is_shown and not new:
            return False
        self._destination.show(new)
        self._rows |= {of: rows[-1][0] for of, rows in found.items() if rows}
        self._is_shown = True
        return True

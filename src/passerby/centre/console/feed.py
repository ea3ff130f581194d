"""For the pages that are open: that something changed, not what, so that each asks within its own reach."""

from __future__ import annotations

import sqlite3

from passerby.centre.console.ports import ReportedQueries
from passerby.console.feed import Feed, FeedMessage, FeedPlace
from passerby.console.ports import ConsoleStore


class CentreFeed(Feed):
    """The streams of a control room: a message whenever a unit reported an alarm, or staff acted on one."""

    def __init__(self, store: ConsoleStore, reported: ReportedQueries) -> None:
        super().__init__(store)
        self._reported = reported

    def after(self, place: FeedPlace) -> list[FeedMessage]:
        """Return one message if anything is stored after a place."""
        newest = self._look()
        return [FeedMessage("reload", {}, newest.text)] if newest != place else []

    def _look(self) -> FeedPlace:
        with self._store.reading() as connection:
            return FeedPlace(self._reported.newest(), _acts(connection))


def _acts(connection: sqlite3.Connection) -> int:
    """Return the number of the newest act or grant: both are only added."""
    row = connection.execute(
        "SELECT coalesce((SELECT max(row) FROM alarm_act), 0) + coalesce((SELECT max(row) FROM incident_grant), 0)"
    ).fetchone()
    return int(row[0])

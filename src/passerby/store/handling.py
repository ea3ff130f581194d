"""The table of what staff did about alarms. An act is added and never changed; the newest of each kind counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from passerby.contracts.alarms import LONGEST_NOTE, KeptAct
from passerby.contracts.errors import UsageError
from passerby.store import audit
from passerby.store.accounts import CONSOLE_SUFFIX
from passerby.store.audit import Act
from passerby.store.utc import now_ms

# The entry of the audit log for each.
_AUDITED: dict[str, Act] = {
    "acknowledged": Act.ACKNOWLEDGED,
    "useful": Act.RATED,
    "not_useful": Act.RATED,
    "resolved": Act.RESOLVED,
    "reopened": Act.REOPENED,
    "handed_over": Act.HANDED_OVER,
    "shelved": Act.SHELVED,
    "unshelved": Act.UNSHELVED,
    "escalated": Act.ESCALATED,
}
_SELECT = "SELECT row, alarm, act, actor, at_ms, note, until_ms FROM alarm_act"


@dataclass(frozen=True, slots=True)
class AlarmAct:
    """One act on one alarm. row: its number, in the order of storing. at_ms: when it was done, UTC.

    until_ms: end of shelving, UTC; None for other acts.
    """

    row: int
    alarm: str
    act: str
    actor: str
    at_ms: int
    note: str
    until_ms: int | None = None

    @property
    def who(self) -> str:
        """The name of the account."""
        return self.actor.removesuffix(CONSOLE_SUFFIX)


@dataclass(frozen=True, slots=True)
class Handling:
    """What was done about one alarm so far, oldest act first."""

    acts: tuple[AlarmAct, ...] = ()

    def latest(self, *names: str) -> AlarmAct | None:
        """Return the newest act of these names."""
        return next((act for act in reversed(self.acts) if act.act in names), None)

    @property
    def acknowledged(self) -> AlarmAct | None:
        """Return the acknowledgement."""
        return self.latest("acknowledged")

    @property
    def rating(self) -> AlarmAct | None:
        """Return the newest rating: useful or not useful."""
        return self.latest("useful", "not_useful")

    @property
    def shelved_until_ms(self) -> int | None:
        """Return the end of the newest shelving, UTC, which may be over; None if it was ended or there is none."""
        last = self.latest("shelved", "unshelved")
        return None if last is None else last.until_ms

    @property
    def resolved(self) -> AlarmAct | None:
        """Return the resolution, None if there is none or the alarm was opened again."""
        last = self.latest("resolved", "reopened")
        return last if last is not None and last.act == "resolved" else None


def add(
    connection: sqlite3.Connection,
    alarm: str,
    act: KeptAct,
    actor: str,
    note: str = "",
    *,
    until_ms: int | None = None,
) -> AlarmAct:
    """Add an act, and its entry in the audit log. Raises UsageError for an unknown alarm or a note too long."""
    if connection.execute("SELECT 1 FROM alarm WHERE id = ? LIMIT 1", (alarm,)).fetchone() is None:
        raise UsageError(f"there is no alarm {alarm}")
    return add_known(connection, alarm, act, actor, note, until_ms=until_ms)


def add_known(
    connection: sqlite3.Connection,
    alarm: str,
    act: KeptAct,
    actor: str,
    note: str,
    *,
    at_ms: int | None = None,
    until_ms: int | None = None,
) -> AlarmAct:
    """Add an act on an alarm that the caller has seen in its own store. Raises UsageError for a note too long.

    at_ms: when it was done elsewhere, UTC; None for now. until_ms: see AlarmAct.
    """
    if len(note) > LONGEST_NOTE:
        raise UsageError(f"the note has {len(note)} characters; write at most {LONGEST_NOTE}")
    now = now_ms()
    done = now if at_ms is None else at_ms
    row = connection.execute(
        "INSERT INTO alarm_act (alarm, act, actor, at_ms, note, until_ms) VALUES (?, ?, ?, ?, ?, ?)",
        (alarm, act, actor, done, note, until_ms),
    ).lastrowid
    detail = f"{act.replace('_', ' ')}: {note}" if _AUDITED[act] is Act.RATED else note
    audit.record(connection, actor, _AUDITED[act], alarm, detail, at_ms=now)
    assert row is not None
    return AlarmAct(row, alarm, act, actor, done, note, until_ms)


def is_known(connection: sqlite3.Connection, alarm: str, act: KeptAct, actor: str, at_ms: int) -> bool:
    """Return whether an act that was done elsewhere is stored already."""
    asked = "SELECT 1 FROM alarm_act WHERE alarm = ? AND act = ? AND actor = ? AND at_ms = ? LIMIT 1"
    return connection.execute(asked, (alarm, act, actor, at_ms)).fetchone() is not None


def of_alarms(connection: sqlite3.Connection, alarms: Iterable[str]) -> dict[str, Handling]:
    """Return what was done about each of these alarms; those without an act are absent."""
    wanted = list(alarms)
    marks = ", ".join("?" * len(wanted))
    found: dict[str, list[AlarmAct]] = {}
    for row in connection.execute(f"{_SELECT} WHERE alarm IN ({marks}) ORDER BY at_ms, row", wanted):
        found.setdefault(row[1], []).append(AlarmAct(*row))
    return {alarm: Handling(tuple(acts)) for alarm, acts in found.items()}


def shelved(connection: sqlite3.Connection, now_ms: int) -> list[str]:
    """Return the ids of the alarms that an act shelved until after `now_ms`."""
    rows = connection.execute("SELECT DISTINCT alarm FROM alarm_act WHERE until_ms > ?", (now_ms,))
    ends = {alarm: of.shelved_until_ms for alarm, of in of_alarms(connection, [name for (name,) in rows]).items()}
    return [alarm for alarm, until_ms in ends.items() if until_ms is not None and until_ms > now_ms]


def after(connection: sqlite3.Connection, row: int, limit: int, *, since_ms: int = 0) -> list[AlarmAct]:
    """Return up to `limit` acts added after `row` and done since `since_ms`."""
    found = connection.execute(
        f"{_SELECT} WHERE row > ? AND at_ms >= ? ORDER BY row LIMIT ?", (row, since_ms, limit)
    )
    return [AlarmAct(*values) for values in found]


def remove_before(connection: sqlite3.Connection, at_ms: int) -> int:
    """Remove the acts that were done before a time; return how many. The audit log keeps its entries."""
    return connection.execute("DELETE FROM alarm_act WHERE at_ms < ?", (at_ms,)).rowcount


def newest_row(connection: sqlite3.Connection) -> int:
    """Return the number of the newest act, 0 if there is none."""
    return int(connection.execute("SELECT coalesce(max(row), 0) FROM alarm_act").fetchone()[0])

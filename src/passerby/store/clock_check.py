"""Whether the wall clock may decide that a file is old: not after it was set, nor after a long silence.

The end of the distrust is an entry of the audit log, so that a restart does not end it.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from passerby.contracts.errors import StoreError
from passerby.contracts.settings import LONGEST_KEPT_H
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.utc import utc_ms, utc_text

STEP_MS = 60_000
HOUR_MS = 3_600_000
_UNTIL = "not trusted until "


@dataclass(frozen=True, slots=True)
class LastClock:
    """What a database says about the clock of this machine, ms, UTC.

    newest: the newest record that the unit itself made. until: the end of an earlier distrust. Both may be None.
    """

    newest_ms: int | None = None
    until_ms: int | None = None


class ClockCheck:
    """Compares the wall clock with a monotonic one, both in ms, and with the last records of the folder.

    A small computer without a battery starts with a wrong time, which is corrected by days later on. After that,
    and after a silence longer than files are kept, ages are trusted again once so much time has passed that every
    file is as old as it may become. limit_h: how long files are kept.
    """

    def __init__(self, utc_ms: int, mono_ms: int, last: LastClock, limit_h: float) -> None:
        self._limit_ms = min(limit_h, LONGEST_KEPT_H) * HOUR_MS
        self._offset_ms = utc_ms - mono_ms
        self._trusted_from_ms = mono_ms + _distrust_ms(utc_ms, last, self._limit_ms)

    def is_trusted(self, utc_ms: int, mono_ms: int) -> bool:
        """Return whether ages by the wall clock can be trusted now."""
        if abs(utc_ms - mono_ms - self._offset_ms) > STEP_MS:
            self._offset_ms = utc_ms - mono_ms
            self._trusted_from_ms = mono_ms + self._limit_ms
        return mono_ms >= self._trusted_from_ms

    @property
    def until_ms(self) -> int:
        """The end of the distrust by the wall clock, ms, UTC."""
        return round(self._trusted_from_ms + self._offset_ms)


def is_doubtful(utc_ms: int, last: LastClock, limit_h: float) -> bool:
    """Return whether a single look at the clock finds it doubtful."""
    return _distrust_ms(utc_ms, last, min(limit_h, LONGEST_KEPT_H) * HOUR_MS) > 0


def last_clock(connection: sqlite3.Connection) -> LastClock:
    """Return what the database says about the clock. Acts of people do not count: they may use a wrong clock."""
    made = connection.execute("SELECT max(made_ms) FROM evidence_file").fetchone()[0]
    health = connection.execute("SELECT utc_ms FROM camera_health ORDER BY row DESC LIMIT 1").fetchone()
    act = connection.execute(
        "SELECT json_extract(entry, '$.utc') FROM audit"
        " WHERE json_valid(entry) AND json_extract(entry, '$.actor') = ? ORDER BY number DESC LIMIT 1",
        (audit.UNIT,),
    ).fetchone()
    found = [made, health[0] if health else None, _time(act[0] if act else None)]
    until = audit.latest_detail(connection, Act.CLOCK)
    return LastClock(
        max((ms for ms in found if ms is not None), default=None),
        _time(until.removeprefix(_UNTIL)) if until else None,
    )


def record_distrust(connection: sqlite3.Connection, until_ms: int, now_ms: int) -> None:
    """Enter the end of the distrust into the audit log."""
    audit.record(connection, audit.UNIT, Act.CLOCK, "the clock", f"{_UNTIL}{utc_text(until_ms)}", at_ms=now_ms)


def _distrust_ms(utc_ms: int, last: LastClock, limit_ms: float) -> float:
    if last.newest_ms is not None and utc_ms - last.newest_ms > limit_ms:
        return limit_ms
    return 0.0 if last.until_ms is None else min(max(0, last.until_ms - utc_ms), limit_ms)


def _time(text: str | None) -> int | None:
    try:
        return None if text is None else utc_ms(text)
    except StoreError:  # an entry that another program changed; `passerby audit verify` reports it
        return None

"""The ledger: daily numbers of each camera's pictures, from arrival to deletion. It has no time limit."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, fields

from passerby.contracts.events import Account
from passerby.store.utc import day_of, now_ms, optional_ms

RECORDING = "recording"
"""The day of pictures without a wall-clock time."""

_SUMS = [field.name for field in fields(Account) if field.name not in ("camera", "utc")]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a camera; the sums of Account, and the files deleted on that day."""

    camera: str
    day: str
    frames_in: int
    frames_out: int
    pixels_out: int
    pixels_covered: int
    video_frames: int
    stills: int
    clips: int
    bytes_written: int
    lost: int
    files_deleted: int
    bytes_deleted: int

    @property
    def covered_share(self) -> float | None:
        """Fraction of all shown or stored pixels that were covered, 0 to 1; None if there were none."""
        return self.pixels_covered / self.pixels_out if self.pixels_out else None


def append(connection: sqlite3.Connection, account: Account) -> None:
    """Add the account to its camera's day."""
    ms = optional_ms(account.utc)
    values = {name: getattr(account, name) for name in _SUMS}
    _add(connection, account.camera, RECORDING if ms is None else day_of(ms), values)


def deleted(connection: sqlite3.Connection, camera: str, files: int, size: int, at_ms: int | None = None) -> None:
    """Count deleted files with a total of `size` bytes."""
    day = day_of(now_ms() if at_ms is None else at_ms)
    _add(connection, camera, day, {"files_deleted": files, "bytes_deleted": size})


def days(connection: sqlite3.Connection, camera: str | None = None) -> list[Day]:
    """Return every day of one or all cameras, by day and camera."""
    where, values = ("WHERE camera = ?", [camera]) if camera is not None else ("", [])
    names = ", ".join(field.name for field in fields(Day))
    found = connection.execute(f"SELECT {names} FROM ledger {where} ORDER BY day, camera", values)  # noqa: S608
    return [Day(*row) for row in found]


def _add(connection: sqlite3.Connection, camera: str, day: str, values: dict[str, int]) -> None:
    names = ", ".join(values)
    sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in values)
    # The names are constants of this module, the values are bound.
    statement = f"INSERT INTO ledger (camera, day, {names}) VALUES (?, ?{', ?' * len(values)})"  # noqa: S608
    connection.execute(
        f"{statement} ON CONFLICT (camera, day) DO UPDATE SET {sums}", (camera, day, *values.values())
    )

"""Retention: removes pictures by age and size; never counts, events or locked evidence.

Files are unlinked, so a program that reads one can finish. The row of a removed file is kept with the reason.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from passerby.contracts.errors import StoreError
from passerby.contracts.settings import LONGEST_KEPT_H, Retention
from passerby.store import audit, evidence, ledger
from passerby.store.audit import Act
from passerby.store.evidence import Kept
from passerby.store.formats import FORMATS
from passerby.store.keeping import OPEN_MS, PictureFile, missing, pictures
from passerby.store.queries import SqliteQueries
from passerby.store.results import DATABASE

HOUR_MS = 3_600_000
MB = 1_000_000
_EVIDENCE = frozenset({"still", "clip"})


@dataclass(frozen=True, slots=True)
class Doomed:
    """A picture to remove, with the reason."""

    picture: PictureFile
    why: str


@dataclass(frozen=True, slots=True)
class Purged:
    """The result of a purge: removed pictures, failures, and the number of locked ones."""

    removed: tuple[Doomed, ...] = ()
    refused: tuple[str, ...] = ()
    vanished: int = 0
    locked: int = 0

    @property
    def bytes(self) -> int:
        """Size of the removed pictures, bytes."""
        return sum(doomed.picture.size for doomed in self.removed)


def doomed(
    found: Iterable[PictureFile],
    retention: Retention,
    now_ms: int,
    free_bytes: int,
    *,
    by_age: bool = True,
    recording_mb: int | None = None,
    other_bytes: int = 0,
) -> Iterator[Doomed]:
    """Yield the pictures to remove, oldest first; `found` is in that order. A file that may be open stays.

    by_age: whether the clock can be trusted to say what is old. recording_mb: most video of each camera, MB.
    other_bytes: size of the database and the lists, which are never removed.
    """
    found = list(found)
    surplus = list(_by_rule(found, retention, now_ms, free_bytes, by_age=by_age, recording_mb=recording_mb))
    yield from surplus
    gone = {doom.picture.path for doom in surplus}
    stay = [picture for picture in found if picture.path not in gone]
    yield from _for_all(stay, retention.total_mb, other_bytes, now_ms)


def _for_all(stay: list[PictureFile], total_mb: int, other_bytes: int, now_ms: int) -> Iterator[Doomed]:
    """Yield pictures until all fit: the oldest videos first, because clips show what mattered."""
    over = other_bytes + sum(picture.size for picture in stay) - total_mb * MB
    may_go = [picture for picture in stay if not picture.is_locked and now_ms - picture.changed_ms > OPEN_MS]
    for picture in sorted(may_go, key=lambda picture: picture.kind != "video"):  # stable: oldest first
        if over <= 0:
            return
        over -= picture.size
        yield Doomed(picture, f"more than {total_mb} MB of the unit")


def _by_rule(
    found: Iterable[PictureFile],
    retention: Retention,
    now_ms: int,
    free_bytes: int,
    *,
    by_age: bool,
    recording_mb: int | None,
) -> Iterator[Doomed]:
    """Yield the pictures that exceed a limit of their own."""
    left = []
    for picture in found:
        if picture.is_locked:
            continue
        hours = _longest_h(picture, retention)
        may_be_open = now_ms - picture.changed_ms <= OPEN_MS
        is_old = by_age and now_ms - picture.made_ms > hours * HOUR_MS
        if is_old and not (may_be_open and picture.kind == "video"):  # others have a row once they are finished
            yield Doomed(picture, f"older than {hours:.12g} h")
        elif not may_be_open:
            left.append(picture)
    surplus = list(_surplus(left, recording_mb)) if recording_mb else []
    yield from surplus
    gone = {doom.picture.path for doom in surplus}
    free = free_bytes + sum(doom.picture.size for doom in surplus)
    yield from _for_room([picture for picture in left if picture.path not in gone], retention, free)


def purge(
    connection: sqlite3.Connection,
    folder: Path,
    retention: Retention,
    now_ms: int,
    actor: str = audit.UNIT,
    *,
    by_age: bool = True,
    recording_mb: int | None = None,
) -> Purged:
    """Remove the pictures and record it, in the caller's transaction, so that no lock comes in between.

    by_age, recording_mb: see `doomed`.
    """
    queries = SqliteQueries(connection)
    found = pictures(queries, folder, now_ms)
    free = free_bytes(folder)
    removed, refused = [], []
    limits = partial(doomed, by_age=by_age, recording_mb=recording_mb, other_bytes=other_bytes(folder))
    for doom in limits(found, retention, now_ms, free):
        try:
            (folder / doom.picture.path).unlink(missing_ok=True)
        except OSError as error:
            refused.append(
                f"{folder / doom.picture.path} cannot be removed ({error.strerror}); check its permissions"
            )
        else:
            removed.append(doom)
    gone = {doom.picture.path for doom in removed}
    vanished = [file for file in missing(queries, folder, now_ms) if file.path not in gone]
    _note(connection, removed, vanished, now_ms, actor)
    return Purged(tuple(removed), tuple(refused), len(vanished), sum(p.is_locked for p in found))


def _surplus(left: list[PictureFile], recording_mb: int) -> Iterator[Doomed]:
    """Yield the oldest videos of each camera that do not fit, so that the newest remain."""
    sizes: Counter[str] = Counter()
    for picture in reversed([picture for picture in left if picture.kind == "video"]):
        sizes[picture.camera] += picture.size
        if sizes[picture.camera] > recording_mb * MB:
            yield Doomed(picture, f"more than {recording_mb} MB of redacted video")


def _for_room(left: list[PictureFile], retention: Retention, free_bytes: int) -> Iterator[Doomed]:
    over = sum(p.size for p in left if p.kind in _EVIDENCE) - retention.evidence_mb * MB
    short = retention.free_mb * MB - free_bytes
    for picture in left:
        if over > 0 and picture.kind in _EVIDENCE:
            why = f"more than {retention.evidence_mb} MB of evidence"
        elif short > 0:
            why = f"less than {retention.free_mb} MB free"
        else:
            continue
        over -= picture.size if picture.kind in _EVIDENCE else 0
        short -= picture.size
        yield Doomed(picture, why)


def _longest_h(picture: PictureFile, retention: Retention) -> float:
    """Return the retention limit; the limit in the code applies to any configuration."""
    hours = retention.recording_h if picture.kind == "video" else retention.evidence_h
    return min(hours, LONGEST_KEPT_H)


def _note(
    connection: sqlite3.Connection, removed: list[Doomed], vanished: list[Kept], now_ms: int, actor: str
) -> None:
    by_why, by_camera = defaultdict(list), defaultdict(list)
    for doom in removed:
        by_why[doom.why].append(doom.picture)
        by_camera[doom.picture.camera].append(doom.picture.size)
    for why, gone in by_why.items():
        evidence.mark_gone(connection, [p.path for p in gone], why, now_ms)
        kinds = Counter(p.kind for p in gone)
        what = ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in sorted(kinds.items()))
        audit.record(connection, actor, Act.PURGED, what, why, at_ms=now_ms)
    for camera, sizes in by_camera.items():
        ledger.deleted(connection, camera, len(sizes), sum(sizes), now_ms)
    evidence.mark_gone(connection, [f.path for f in vanished if not f.is_finished], "not finished", now_ms)
    lost = [file.path for file in vanished if file.is_finished]
    if lost:
        evidence.mark_gone(connection, lost, "removed by another program", now_ms)
        audit.record(connection, actor, Act.PURGED, f"{len(lost)} files", "found missing", at_ms=now_ms)


def other_bytes(folder: Path) -> int:
    """Return the size of the database and of the lists in a results folder, bytes."""
    files = (*folder.glob(f"{DATABASE}*"), *(folder / made.name for made in FORMATS))
    return sum(file.stat().st_size for file in files if file.is_file())


def free_bytes(folder: Path) -> int:
    """Return the free space of the folder's disk, bytes. Raises StoreError if the system does not report it."""
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise StoreError(f"{folder} cannot be read ({error.strerror}); is the disk still present?") from error

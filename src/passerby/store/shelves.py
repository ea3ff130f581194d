"""The shelved alarms, in a small file beside the results that any program may write while a unit runs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from passerby.contracts.alarms import Shelf
from passerby.contracts.errors import StoreError, UsageError
from passerby.files.whole import write_whole
from passerby.store.utc import now_ms, utc_ms, utc_text

log = logging.getLogger(__name__)
SHELVES = "shelves.json"


class Shelves:
    """The shelves of a results folder, read again when the file has changed.

    An invalid file shelves nothing: an alarm too many is better than one too few.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / SHELVES
        self._stamp: tuple[int, int] | None = None
        self._known: tuple[Shelf, ...] = ()

    def __call__(self) -> tuple[Shelf, ...]:
        """Return all shelves, including expired ones."""
        stamp = self._now()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._known = load(self._path)
            except StoreError as error:
                log.warning("%s; until this is repaired no alarm is shelved", error)
                self._known = ()
        return self._known

    def _now(self) -> tuple[int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size


def load(path: Path) -> tuple[Shelf, ...]:
    """Return the shelves in the file, none if there is no file. Raises StoreError for a damaged one."""
    try:
        shelves = tuple(Shelf(**entry) for entry in json.loads(path.read_text(encoding="utf-8")))
        for shelf in shelves:
            utc_ms(shelf.until_utc)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, StoreError) as error:
        raise StoreError(f"{path} cannot be read ({error}); remove it and shelve the alarms again") from error
    return shelves


def add(path: Path, shelf: Shelf) -> None:
    """Add a shelf to the file, and drop those that are over. Raises StoreError if it cannot be read or written.

    Call it in a transaction on the database beside the file, so that two programs do not write at once.
    """
    now = utc_text(now_ms())
    save(path, [*(kept for kept in load(path) if kept.until_utc > now), shelf])


def end(path: Path, camera: str, kind: str, place: str) -> None:
    """Remove the shelf of this camera, kind and place. Raises UsageError if there is none, StoreError as `add`."""
    known = load(path)
    kept = [shelf for shelf in known if (shelf.camera, shelf.kind, shelf.place) != (camera, kind, place)]
    if len(kept) == len(known):
        what = named(camera, kind, place)
        raise UsageError(f"no shelved alarms match {what or 'everything'}; their time may be over")
    save(path, kept)


def named(camera: str, kind: str, place: str) -> str:
    """Return in words what a shelf is for, "" for everything."""
    parts = (("camera", camera), ("kind", kind), ("place", place))
    return ", ".join(f"{name} {value}" for name, value in parts if value)


def save(path: Path, shelves: Iterable[Shelf]) -> None:
    """Write the file completely or leave the old one. Raises StoreError if it cannot be written."""
    write_whole(path, json.dumps([asdict(s) for s in shelves], ensure_ascii=False, indent=1).encode())

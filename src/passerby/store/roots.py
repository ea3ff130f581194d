"""Roots of the audit log, published outside the control of the log's keeper, and the check against them.

A line of `roots.txt`: the day in UTC, the log's size, its root. A copy of the file, or one line on paper, is
enough to show later that all earlier entries are unchanged.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from passerby.contracts.errors import StoreError, UsageError
from passerby.files.private import private
from passerby.store import audit
from passerby.store.merkle import HASH_BYTES, Frontier, leaf_hash
from passerby.store.utc import day_of

ROOTS = "roots.txt"


@dataclass(frozen=True, slots=True)
class Root:
    """The root of a log of `size` entries on a day (UTC)."""

    day: str
    size: int
    root: bytes

    @property
    def line(self) -> str:
        """The root as a line of roots.txt, without the newline."""
        return f"{self.day} {self.size} {self.root.hex()}"


def current(connection: sqlite3.Connection, at_ms: int) -> Root:
    """Return the present root of the log."""
    frontier = audit.head(connection)
    return Root(day_of(at_ms), frontier.size, frontier.root)


def parse(text: str, where: str) -> Root:
    """Return the root of a line from `Root.line`. Raises UsageError naming `where` the text is from."""
    parts = text.split()
    try:
        day, size, root = parts if len(parts) == 3 else ("", *parts)
        found = Root(day, int(size), bytes.fromhex(root))
        if found.size < 0 or len(found.root) != HASH_BYTES:
            raise ValueError("wrong length")
    except ValueError as error:
        raise UsageError(
            f'{where}: "{text.strip()}" is not a root; write size and root as printed by `passerby audit root`'
        ) from error
    return found


def read_roots(path: Path) -> list[Root]:
    """Return the roots of a file; empty lines are ignored. Raises StoreError and UsageError."""
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}); give the file of published roots") from error
    return [parse(line, f"{path}:{n}") for n, line in enumerate(lines, 1) if line.strip()]


def publish(path: Path, root: Root) -> None:
    """Append the root to the file and sync it to the disk. Raises StoreError."""
    try:
        with open(path, "a", encoding="utf-8", opener=private) as file:
            file.write(root.line + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        why = f"{path} cannot be written ({error.strerror}); free space or check permissions"
        raise StoreError(why) from error


def published_on(path: Path, day: str) -> bool:
    """Return whether the file has a root of that day."""
    return path.is_file() and any(root.day == day for root in read_roots(path))


def faults(connection: sqlite3.Connection, published: Sequence[Root] = ()) -> Iterator[str]:
    """Yield a sentence for each sign that the log was changed, truncated, reordered, or replaced."""
    wanted: dict[int, list[Root]] = {}
    for root in published:
        wanted.setdefault(root.size, []).append(root)
    frontier = Frontier()
    yield from _differing(wanted.pop(0, ()), frontier)
    for row in audit.rows(connection):
        yield from _of_row(row, frontier.size)
        frontier = frontier.add(leaf_hash(row.text.encode()))
        yield from _differing(wanted.pop(frontier.size, ()), frontier)
    for size in sorted(wanted):
        yield f"a root of {size} entries was published, the log has only {frontier.size}: its end was removed"
    yield from _of_head(connection, frontier)


def _of_row(row: audit.Numbered, expected: int) -> Iterator[str]:
    if row.number != expected:
        yield f"entry {row.number} stands where entry {expected} should: entries were removed or inserted"
    if leaf_hash(row.text.encode()) != row.leaf:
        yield f"entry {row.number} was changed: its text does not match the stored hash"


def _differing(published: Iterable[Root], frontier: Frontier) -> Iterator[str]:
    for root in published:
        if root.root != frontier.root:
            day = f" on {root.day}" if root.day else ""
            yield f"the first {root.size} entries do not match the published root{day}"


def _of_head(connection: sqlite3.Connection, frontier: Frontier) -> Iterator[str]:
    try:
        kept = audit.head(connection)
    except StoreError as error:
        yield str(error)
        return
    if kept.size != frontier.size:
        yield f"the head is of {kept.size} entries, there are {frontier.size}: entries were removed or inserted"
    elif kept != frontier:
        yield "the head does not match the entries: entries were changed or reordered"

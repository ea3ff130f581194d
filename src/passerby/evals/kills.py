"""A killed unit: its written data, and the check that all of it exists afterwards."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, Phase
from passerby.store import roots
from passerby.store.connect import reading
from passerby.store.encode import event_from_line, event_line
from passerby.store.events import open_incidents
from passerby.store.evidence import Kept
from passerby.store.queries import querying
from passerby.store.results import DATABASE

ROOTS, EVENTS = "roots.txt", "events.jsonl"


@dataclass(frozen=True, slots=True)
class Left:
    """The contents of a unit's results folder.

    lines: complete lines of events.jsonl. still_open: incidents without an end. damage: one sentence per fault.
    """

    lines: tuple[bytes, ...] = ()
    still_open: frozenset[str] = frozenset()
    damage: tuple[str, ...] = ()


def read_left(folder: Path) -> Left:
    """Return the contents of a folder after a kill; nothing if the unit had not begun to write."""
    lines = tuple(_whole_lines(folder / EVENTS))
    if not (folder / DATABASE).is_file():
        return Left(lines)
    try:
        with reading(folder / DATABASE) as connection:
            still_open = frozenset(event.id for event in open_incidents(connection))
            return Left(lines, still_open, (*_database(connection), *_audit(connection, folder)))
    except StoreError as error:
        return Left(lines, damage=(str(error),))


def begun(folder: Path) -> int:
    """Return how many incidents have begun so far, also while the unit runs."""
    return sum(event_from_line(line).phase is Phase.START for line in _whole_lines(folder / EVENTS))


def lost(seen: Iterable[bytes], left: Left) -> int:
    """Return how many earlier lines are missing."""
    return sum((Counter(seen) - Counter(left.lines)).values())


def doubled(left: Left) -> int:
    """Return how many events are duplicated, by identifier and number."""
    named = Counter((event.id, event.seq) for event in map(event_from_line, left.lines))
    return sum(named.values()) - len(named)


def disorder(folder: Path) -> Iterator[str]:
    """Yield a sentence for each fault after an orderly end: file, incidents, evidence."""
    with querying(folder / DATABASE) as queries:
        events = list(queries.events())
        if [event_line(event) for event in events] != list(_whole_lines(folder / EVENTS)):
            yield f"{EVENTS} and {DATABASE} differ"
        yield from _stories(events)
        for file in queries.evidence():
            yield from _evidence(folder, file)


def _whole_lines(path: Path) -> list[bytes]:
    lines = path.read_bytes().splitlines(keepends=True) if path.is_file() else []
    return [line for line in lines if line.endswith(b"\n")]


def _database(connection: Connection) -> Iterator[str]:
    for (said,) in connection.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield f"{DATABASE}: {said}"


def _audit(connection: Connection, folder: Path) -> Iterator[str]:
    published = roots.read_roots(folder / ROOTS) if (folder / ROOTS).is_file() else []
    for fault in roots.faults(connection, published):
        yield f"audit log: {fault}"


def _stories(events: Iterable[Event]) -> Iterator[str]:
    stories: dict[str, list[Event]] = {}
    for event in events:
        stories.setdefault(event.id, []).append(event)
    for name, story in stories.items():
        phases = [event.phase for event in story]
        whole = [event.seq for event in story] == list(range(len(story))) and phases[0] is Phase.START
        if not whole or Phase.START in phases[1:] or Phase.END in phases[:-1]:
            yield f"incident {name} is no story: {', '.join(f'{e.seq} {e.phase}' for e in story)}"


def _evidence(folder: Path, file: Kept) -> Iterator[str]:
    path = folder / file.path
    if file.gone_ms is not None or not file.is_finished:
        return
    if not path.is_file():
        yield f"{file.path} is missing"
    elif hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
        yield f"{file.path} was changed after it was entered"

"""The database's tables, as numbered steps in `steps/`. A released step is never edited: add the next file.

`user_version` counts the applied steps of a file; `application_id` identifies the files of passerby.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from passerby.contracts.errors import StoreError

APPLICATION_ID = 0x70736279  # "psby"

Step = tuple[str, ...]


def _statements(script: str) -> Step:
    lines = (line for line in script.splitlines() if not line.startswith("--"))
    return tuple(text for part in "\n".join(lines).split(";\n") if (text := part.strip().rstrip(";")))


_SCRIPTS = {file.name: file.read_text("utf-8") for file in files("passerby.store").joinpath("steps").iterdir()}
STEPS: tuple[Step, ...] = tuple(_statements(_SCRIPTS[name]) for name in sorted(_SCRIPTS))


def version_of(connection: sqlite3.Connection, path: Path, steps: Sequence[Step] = STEPS) -> int:
    """Return the schema version of the file at `path`, 0 for an empty one.

    Raises StoreError if it belongs to another program or to a newer version.
    """
    version = _pragma(connection, "user_version")
    if _pragma(connection, "application_id") != APPLICATION_ID:
        if version or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise StoreError(f"{path} is another program's database; move it away or give another folder")
        return 0
    if version > len(steps):
        raise StoreError(
            f"{path} has schema {version}, this version knows {len(steps)}; install the version that wrote it"
        )
    return version


def migrate(connection: sqlite3.Connection, path: Path, steps: Sequence[Step] = STEPS) -> None:
    """Upgrade the file to the newest schema in one transaction.

    Raises StoreError as `version_of`, and sqlite3.Error if a step fails; the file is then unchanged.
    """
    if version_of(connection, path, steps) == len(steps):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in steps[_pragma(connection, "user_version") :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])

"""Which files of a folder an earlier analysis made, and the refusal of a folder that holds others."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from passerby.contracts.errors import StoreError, UsageError
from passerby.files.made import files_below
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.connect import reading
from passerby.store.formats import FORMATS
from passerby.store.queries import SqliteQueries
from passerby.store.results import DATABASE
from passerby.store.utc import now_ms

_DATABASE_FILES = frozenset(DATABASE + end for end in ("", "-wal", "-shm", "-journal", ".lock"))
# The names that only an analysis gives, in a folder that holds its database.
_PAGES = frozenset({"summary.json", "report.html", "redacted.mp4", "tracks.txt", "ground.csv"})
_NAMES = _PAGES | {kind.name for kind in FORMATS} | {"shelves.json", "roots.txt"}
OTHER_FOLDER = "give another folder with --out"


def own_files(folder: Path) -> frozenset[str]:
    """Return the files that an earlier analysis made in the folder, by its database; none without a database.

    Raises UsageError for the folder of a unit or one with locked evidence, StoreError for a damaged database.
    """
    database = folder / DATABASE
    if not database.is_file():
        return frozenset()
    with reading(database) as connection:
        if audit.latest_detail(connection, Act.STARTED) is not None:
            raise UsageError(f"{folder} holds the results of a unit; {OTHER_FOLDER}")
        queries = SqliteQueries(connection)
        if queries.locks(at_ms=now_ms()):
            raise UsageError(f"{folder} holds locked evidence; unlock it or {OTHER_FOLDER}")
        evidence = {file.path for file in queries.evidence() if file.gone_ms is None}
        ids = [row[0] for row in connection.execute("SELECT DISTINCT id FROM event")]
    # A run that was killed leaves evidence of its events without a row.
    of_events = {path for id_ in ids for path in (f"stills/{id_}.jpg", f"clips/{id_}.mp4")}
    own = evidence | of_events | _NAMES
    return frozenset(own | {f"{name}.part" for name in own})


def refuse_foreign(folder: Path, sources: Sequence[str] = ()) -> frozenset[str]:
    """Return `own_files`; raise UsageError, naming one, if the folder holds any other file or one of the sources.

    Results in a folder below, with a database of their own, are none of this folder's.
    """
    inside = os.path.realpath(folder) + os.sep
    for source in sources:
        if os.path.realpath(source).startswith(inside):
            raise UsageError(f"{folder} holds the video {source}; {OTHER_FOLDER}")
    own = own_files(folder)
    for path in files_below(folder, [DATABASE]):
        if path not in own and path not in _DATABASE_FILES and not _is_kept_aside(path):
            raise UsageError(f"{folder} holds {path}, which passerby did not make; {OTHER_FOLDER}")
    return own


def remove_old(folder: Path, own: frozenset[str]) -> None:
    """Remove the pages and pictures of an earlier analysis; `own` are its files. Raises StoreError."""
    following = {kind.name for kind in FORMATS}
    for path in (folder / name for name in files_below(folder, [DATABASE]) if name in own - following):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"{path} cannot be replaced ({error.strerror}); remove it or give another folder"
            ) from error


def _is_kept_aside(name: str) -> bool:
    """Return whether a results file was renamed because it held rows that the database has not; it stays."""
    stem, _, stamp = name.partition(".before-")
    return stem in {kind.name for kind in FORMATS} and re.fullmatch(r"\d{8}T\d{6}\.\d{6}Z", stamp) is not None

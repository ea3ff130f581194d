"""One file with everything a unit needs on another machine; it can be written while the unit runs.

A backup is a tar file compressed with gzip: a consistent copy of the database, the published roots of the audit
log, the learned floors, on request the configuration and the redacted stills and clips, and last a manifest with
the checksum of each file and the root of the audit log.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path

from passerby.contracts.errors import StoreError, UsageError
from passerby.contracts.version import __version__
from passerby.files.private import private
from passerby.store import evidence, roots
from passerby.store.cameras import CAMERAS
from passerby.store.connect import reading
from passerby.store.floors import NAME as FLOOR
from passerby.store.results import DATABASE
from passerby.store.roots import ROOTS
from passerby.store.utc import now_ms, utc_text

MANIFEST, CONFIGURATION = "manifest.json", "unit.yaml"
FORMAT = 1
# The database is text and numbers: higher levels cost four times the processor time for 3 % of its size.
COMPRESSION = 3
PAGES_AT_ONCE = 2_000
_PICTURES = frozenset({"still", "clip"})


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. root: of the audit log, as a line of roots.txt. files: SHA-256 by path."""

    format: int
    passerby: str
    made_utc: str
    root: str
    files: dict[str, str]


def write_backup(folder: Path, archive: Path, *, config: Path | None, with_pictures: bool) -> Manifest:
    """Write a backup of a results folder; after a failure there is no file.

    Raises UsageError if the archive exists, StoreError if something cannot be read or written.
    """
    if archive.exists():
        raise UsageError(f"{archive} exists; give another name for the backup")
    part, copy = archive.with_name(f"{archive.name}.part"), archive.with_name(f"{archive.name}.db.part")
    try:
        with open(part, "wb", opener=private) as file:
            root, pictures = _copy_database(folder / DATABASE, copy)
            wanted = _files(folder, copy, config, pictures if with_pictures else ())
            manifest = _pack(file, wanted, root)
            file.flush()
            os.fsync(file.fileno())
        part.rename(archive)
    except OSError as error:
        why = f"{archive} cannot be written ({error.strerror}); free space or give another folder"
        raise StoreError(why) from error
    finally:
        for path in (part, copy):
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return manifest


def _copy_database(database: Path, copy: Path) -> tuple[str, tuple[str, ...]]:
    """Copy a database that may be in use; return the audit log's root and the paths of pictures in the copy."""
    os.close(private(copy, os.O_RDWR | os.O_CREAT | os.O_TRUNC))
    with reading(database) as connection, closing(sqlite3.connect(copy)) as target:
        connection.backup(target, pages=PAGES_AT_ONCE)
        target.execute("PRAGMA journal_mode = DELETE")
        kept = [file.path for file in evidence.files(target) if file.kind in _PICTURES and file.gone_ms is None]
        return roots.current(target, now_ms()).line, tuple(kept)


def _files(folder: Path, copy: Path, config: Path | None, pictures: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """Yield the name in the archive and the path of each file."""
    yield DATABASE, copy
    floors = (str(path.relative_to(folder)) for path in sorted(folder.glob(f"{CAMERAS}/*/{FLOOR}")))
    yield from ((name, folder / name) for name in (ROOTS, *floors, *pictures) if (folder / name).is_file())
    if config is not None:
        yield CONFIGURATION, config


def _pack(file: io.BufferedWriter, wanted: Iterator[tuple[str, Path]], root: str) -> Manifest:
    sums: dict[str, str] = {}
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=COMPRESSION) as tar:
        for name, path in wanted:
            try:
                sums[name] = _add(tar, name, path)
            except FileNotFoundError:  # retention removed a picture meanwhile
                continue
        manifest = Manifest(FORMAT, __version__, utc_text(now_ms()), root, sums)
        text = json.dumps(asdict(manifest), indent=1).encode()
        tar.addfile(_entry(MANIFEST, len(text)), io.BytesIO(text))
    return manifest


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """Add one file; return its checksum. A file that grows meanwhile is stored as it was at the beginning."""
    with path.open("rb") as file:
        sum_ = file_digest(file, "sha256").hexdigest()
        size = file.tell()
        file.seek(0)
        tar.addfile(_entry(name, size), file)
        return sum_


def _entry(name: str, size: int) -> tarfile.TarInfo:
    """Return an entry without the owner's name."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, now_ms() // 1000
    return entry

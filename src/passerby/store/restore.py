"""Makes a results folder from a backup: checked as a whole before it gets its name."""

from __future__ import annotations

import json
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path, PurePosixPath

from passerby.contracts.errors import StoreError, UsageError
from passerby.files.private import make_folder, private
from passerby.store import audit, evidence, roots
from passerby.store.audit import Act
from passerby.store.backup import FORMAT, MANIFEST, Manifest
from passerby.store.purge import free_bytes
from passerby.store.results import DATABASE, ResultsStore
from passerby.store.utc import now_ms

CHUNK = 1 << 20
DAMAGED = "is not a whole backup of passerby"


def restore_backup(archive: Path, folder: Path, actor: str) -> Manifest:
    """Make a results folder, with the newest schema, from a backup; after a failure the folder is as it was.

    The files of pictures that the backup does not hold are recorded as gone. Raises UsageError if the folder holds
    files, StoreError if the backup is damaged or was changed, or if the folder cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} holds files; give a new or empty folder")
    part = folder.with_name(f"{folder.name}.part")
    try:
        make_folder(folder.parent)
        part.mkdir(0o700)
    except OSError as error:
        raise StoreError(f"{part} cannot be made ({error.strerror}); remove it or give another folder") from error
    try:
        manifest = _checked(part, archive)
        _finish(part, manifest, archive.name, actor)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written ({error.strerror}); free space") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)  # made here, above; not there after a success
    return manifest


def _checked(part: Path, archive: Path) -> Manifest:
    """Unpack into `part`; return the manifest, which agrees with every file and with the audit log."""
    try:
        _unpack(archive, part)
        manifest = Manifest(**json.loads((part / MANIFEST).read_bytes()))
    except FileNotFoundError as error:
        missing = archive if not archive.is_file() else f"{archive}: its manifest"
        raise StoreError(f"{missing} is not there; give a file that `passerby backup` wrote") from error
    except (tarfile.TarError, EOFError, zlib.error, ValueError, TypeError) as error:
        raise StoreError(f"{archive} {DAMAGED} ({error}); use another one") from error
    (part / MANIFEST).unlink()
    if manifest.format != FORMAT:
        raise StoreError(f"{archive} has the format {manifest.format}, not {FORMAT}; use a newer passerby")
    if fault := next(_faults(part, manifest), None):
        raise StoreError(f"{archive} {DAMAGED}: {fault}; use another one")
    return manifest


def _unpack(archive: Path, part: Path) -> None:
    """Write the plain files of an archive. Raises OSError, TarError, and ValueError for another kind of entry."""
    with tarfile.open(archive, mode="r:gz") as tar:
        for entry in tar:
            path = PurePosixPath(entry.name)
            if not entry.isreg() or path.is_absolute() or ".." in path.parts:
                raise ValueError(f"{entry.name} is not a plain file inside the folder")
            if entry.size > free_bytes(part):
                raise StoreError(f"{archive} needs more space than the disk of {part} has; free space")
            make_folder((part / path).parent)
            source = tar.extractfile(entry)
            with open(part / path, "xb", opener=private) as file:
                shutil.copyfileobj(source, file, CHUNK)  # type: ignore[arg-type]  # None only for other kinds


def _faults(part: Path, manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for each difference between the files and the manifest."""
    found = {str(path.relative_to(part)) for path in part.rglob("*") if path.is_file()}
    for name in sorted(found ^ set(manifest.files)):
        yield f"{name} is {'not in the manifest' if name in found else 'missing'}"
    for name in sorted(found & set(manifest.files)):
        with (part / name).open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != manifest.files[name]:
                yield f"{name} does not have the checksum of the manifest"
    if DATABASE not in found:
        yield f"it has no {DATABASE}"


def _finish(part: Path, manifest: Manifest, archive: str, actor: str) -> None:
    """Upgrade the database, write the derived files, check the audit log, and record what came back."""
    with ResultsStore(part) as store:
        with store.reading() as connection:
            fault = next(roots.faults(connection, [roots.parse(manifest.root, archive)]), None)
        if fault:
            raise StoreError(f"the audit log of {archive} was changed: {fault}; use another backup")
        with store.queries() as queries:
            here = [file.path for file in queries.evidence() if file.gone_ms is None]
        lost = [path for path in here if not (part / path).is_file()]
        now = now_ms()
        store.write(lambda c: evidence.mark_gone(c, lost, "not in the backup", now))
        detail = f"root {manifest.root}; {len(lost)} files of pictures were not in it"
        store.write(lambda c: audit.record(c, actor, Act.RESTORED, archive, detail, at_ms=now))

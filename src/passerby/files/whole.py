"""Writes small files completely or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from passerby.contracts.errors import StoreError
from passerby.files.private import make_folder as private_folder
from passerby.files.private import private


def write_whole(path: Path, data: bytes, *, make_folder: bool = False) -> None:
    """Write a file completely or leave the old one: after a crash or power cut there is the old or the new file.

    make_folder: create the folder if it does not exist. Raises StoreError if it cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        if make_folder:
            private_folder(path.parent)
        _write_through(part, data)
        part.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}); free space or give another folder"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _write_through(path: Path, data: bytes) -> None:
    """Write and wait for the disk, because the file must be complete before it gets its name."""
    with open(path, "wb", opener=private) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

"""Writing a small file whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from passerby.contracts.errors import StoreError


def write_whole(path: Path, data: bytes, *, make_folder: bool = False) -> None:
    """Write a file whole or leave what was there: a crash or power cut leaves the old file or the new one.

    make_folder: make the folder it goes to, where there is none. Raises StoreError if it cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        _write_through(part, data)
        part.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}); free space or choose another folder"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _write_through(path: Path, data: bytes) -> None:
    """Write and wait for the disk: a name must never be given to a file whose content is still to come."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

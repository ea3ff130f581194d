"""One process per database: an advisory lock that the kernel releases when its holder dies, even by kill -9."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from passerby.contracts.errors import StoreError
from passerby.files.private import private


class FileLock:
    """Locks `path` until `release`; the file contains the holder's process id and is removed with the lock.

    Raises StoreError if another holder, in this process or another, has the lock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd = _acquire(path)

    def is_there(self) -> bool:
        """Return whether the path is still the locked file."""
        return _is_still(self._fd, self._path)

    def release(self) -> None:
        """Remove the file and release the lock, in this order: see `_acquire`."""
        self._path.unlink(missing_ok=True)
        os.close(self._fd)


def holder_of(path: Path) -> int | None:
    """Return the id of the process that holds the lock; None if there is none."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = path.read_text("ascii", "replace").strip()
        return int(text) if text.isdecimal() else None
    except OSError:
        return None
    return None


def _acquire(path: Path) -> int:
    while True:
        fd = _open(path)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between open and flock the last holder may have removed the opened file: then it guards nothing.
            if _is_still(fd, path):
                os.ftruncate(fd, 0)
                os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
                return fd
        except BlockingIOError:
            holder = os.pread(fd, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(fd)
            raise StoreError(
                f"{path.parent} is in use by process {holder} ({path.name}); stop it or give another folder"
            ) from None
        except OSError as error:
            os.close(fd)
            raise StoreError(f"{path} cannot be locked ({error.strerror}); use a local disk") from error
        os.close(fd)


def _open(path: Path) -> int:
    try:
        return private(path, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise StoreError(
            f"{path.parent} cannot be written ({error.strerror}); check that the folder exists and is writable"
        ) from error


def _is_still(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False

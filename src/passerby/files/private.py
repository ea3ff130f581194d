"""Files and folders that only their owner may read, whatever the umask is."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700


def private(path: str | os.PathLike[str], flags: int) -> int:
    """Open a file for its owner alone: the `opener` of `open`. One that was there loses the rights of others."""
    fd = os.open(path, flags | os.O_CLOEXEC, FILE_MODE)
    with suppress(OSError):  # a disk without rights, or a file of another user
        os.fchmod(fd, FILE_MODE)
    return fd


def make_folder(folder: Path, *, parents: bool = True) -> None:
    """Make a folder, and with `parents` those above it, for their owner alone; one that is there is left as it is.

    Raises OSError.
    """
    if folder.is_dir():
        return
    if parents and folder.parent != folder:
        make_folder(folder.parent)
    try:
        folder.mkdir(FOLDER_MODE)
    except FileExistsError:
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from None
        return
    with suppress(OSError):
        folder.chmod(FOLDER_MODE)

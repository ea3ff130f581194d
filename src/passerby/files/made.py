"""A folder for the output of a command: it holds only files of the command, by a record in it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from passerby.contracts.errors import StoreError, UsageError
from passerby.files.private import private
from passerby.files.whole import write_whole

RECORD = ".passerby-files"
"""The names of the files that passerby made in a folder, one a line."""


def check_folder(folder: Path) -> None:
    """Raise UsageError, naming one, if a folder holds a file that no command recorded in it."""
    refuse_other_files(folder, _recorded(folder))


def claim(folder: Path, names: Collection[str]) -> None:
    """Record the files that will be written into a folder, in addition to earlier ones; the folder is created.

    Raises UsageError, naming one, if the folder holds another file, and StoreError if it cannot be written.
    """
    made = _recorded(folder)
    refuse_other_files(folder, made)
    lines = sorted(made | {*names})
    write_whole(folder / RECORD, "".join(f"{name}\n" for name in lines).encode(), make_folder=True)


def write_claimed(path: Path, content: bytes) -> None:
    """Claim a file in its folder and write it. Raises UsageError and StoreError; see claim."""
    claim(path.parent, [path.name])
    try:
        with open(path, "wb", opener=private) as file:
            file.write(content)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}); give another folder") from error


def refuse_other_files(folder: Path, made: Collection[str] = (), marks: Collection[str] = ()) -> None:
    """Raise UsageError, naming one, if a folder holds another file than those `made`.

    Folders below it with a record of their own, or with one of the files `marks`, are not examined.
    """
    for name in files_below(folder, {RECORD, *marks}):
        if name not in made and name not in (RECORD, f"{RECORD}.part"):
            raise UsageError(f"{folder} holds {name}, which passerby did not make; give another folder")


def _recorded(folder: Path) -> frozenset[str]:
    try:
        return frozenset((folder / RECORD).read_text(encoding="utf-8", errors="replace").splitlines())
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()
    except OSError as error:
        raise UsageError(f"{folder / RECORD} cannot be read ({error.strerror}); give another folder") from error


def files_below(folder: Path, marks: Collection[str] = ()) -> Iterator[str]:
    """Yield every file and link below a folder, relative to it; not those of folders with a file of `marks`."""
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not any(Path(parent, name, mark).is_file() for mark in marks)]
        links = [name for name in folders if Path(parent, name).is_symlink()]
        yield from (str(Path(parent, name).relative_to(folder)) for name in (*files, *links))

"""Standard output and error that may be closed, full, or of an encoding without the characters of a name."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from passerby.contracts.errors import StoreError


def prepare_output() -> None:
    """Make both streams accept every text: a character that cannot be encoded is written as an escape sequence."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  until the program ends
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def unwritable_output() -> Iterator[None]:
    """Raise StoreError if standard output cannot be written, also at the end; a closed pipe ends quietly."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.filename is not None:  # a file, not the output
            raise
        _discard()
        if error.errno == errno.EPIPE:
            sys.exit(1)
        raise StoreError(
            f"the output cannot be written ({error.strerror}); free space or write it to another place"
        ) from error


def _discard() -> None:
    """Discard the buffered output; otherwise Python would try to write it again at exit."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)

"""Small files that people write, such as tables, read with a limit: a wrong path cannot fill the memory."""

from __future__ import annotations

import errno
from pathlib import Path

MOST_BYTES = 1_000_000


def read_small(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """Return the bytes of a file. Raises OSError, also for a file above `most_bytes`."""
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise OSError(errno.EFBIG, f"larger than {most_bytes / 1e6:g} MB", str(path))
    return data

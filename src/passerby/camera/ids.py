"""Event identifiers: ULIDs, 26 letters that sort by time (github.com/ulid/spec)."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Callable
from pathlib import Path

from passerby.contracts.errors import InputError
from passerby.contracts.time import Clock

_SAMPLE = 1 << 16
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(time_ms: int, entropy: bytes) -> str:
    """Return the ULID of a time (48 bits) and ten bytes of entropy."""
    number = (time_ms & (1 << 48) - 1) << 80 | int.from_bytes(entropy[:10])
    return "".join(_LETTERS[number >> shift & 31] for shift in range(125, -1, -5))


def live_ids(clock: Clock) -> Callable[[], str]:
    """Return identifiers of this moment that are unique over all units."""
    return lambda: ulid(clock.utc_ns() // 1_000_000, os.urandom(10))


def fingerprint(path: Path) -> str:
    """Return a checksum of a recording's size, begin and end, which identifies it under any name.

    Raises InputError if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            digest = hashlib.sha256(str(size).encode())
            for start in (0, max(0, size - _SAMPLE)):
                file.seek(start)
                digest.update(file.read(_SAMPLE))
    except OSError as error:
        raise InputError(f"{path}: it cannot be read ({error.strerror}); check its permissions") from error
    return digest.hexdigest()


def recording_ids(seed: str) -> Callable[[], str]:
    """Return identifiers that are the same in every analysis of a recording: 1, 2, 3… of `seed`."""
    count = itertools.count(1)

    def new_id() -> str:
        n = next(count)
        return ulid(n, hashlib.sha256(f"{seed}/{n}".encode()).digest())

    return new_id

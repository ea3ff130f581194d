"""Keeps the memory of freed pictures in the process."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_KEEP_BYTES = 128 << 20
_LARGEST_BYTES = 32 << 20
# Each arena keeps its freed memory, and stays once a thread has it. With one per thread, four cameras grew from
# 576 to 1,293 MB in twenty minutes; with two they stayed at 771 MB (4 cameras at 640x360, 10 frames/s).
ARENAS = 2


def keep_freed_pictures() -> bool:
    """Let the C library reuse a freed picture's memory instead of returning it to the system each time.

    A 1080p picture takes 6 MB; returning and requesting it again costs about 1,500 page faults, over 2 ms of
    processor time per frame. At most 128 MB stay with the process. Returns False if the C library is not glibc.
    """
    mallopt = _of_glibc("mallopt")
    if mallopt is None:
        return False
    settings = ((_M_ARENA_MAX, ARENAS), (_M_MMAP_THRESHOLD, _LARGEST_BYTES), (_M_TRIM_THRESHOLD, _KEEP_BYTES))
    return all(mallopt(name, value) for name, value in settings)


def return_freed_memory() -> bool:
    """Return what has been freed between the memory in use to the system; called once a minute by a unit.

    A clip that ends frees an encoder of 30 MB or more in the middle of an arena, where it would stay. Returns
    False if the C library is not glibc, or if there was nothing to return.
    """
    trim = _of_glibc("malloc_trim")
    return trim is not None and bool(trim(ctypes.c_size_t(0)))


def _of_glibc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None

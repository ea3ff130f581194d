"""Memory limits of one input."""

from __future__ import annotations

import ctypes
import functools
import logging

from av import _core

log = logging.getLogger(__name__)
# 4K cameras have 8.3 million pixels, the largest fish-eyes 12.6. Each exists up to twenty times while decoding.
MAX_PIXELS = 4096 * 3072
# The largest single pieces in earnest: a picture of that size in BGR takes 38 MB, the index of a day at 30 frames
# a second 62 MB.
MAX_ALLOCATION_BYTES = 64 << 20
# For the decoder, and for the one that looks at the stream while it is opened.
DECODER_OPTIONS = {"max_pixels": str(MAX_PIXELS)}


def too_large(wh: tuple[int, int]) -> str | None:
    """Return the problem of a picture of that size, px; None if it can be read."""
    width, height = wh
    if width * height <= MAX_PIXELS:
        return None
    return (
        f"its pictures have {width} x {height} px, and at most {MAX_PIXELS / 1e6:.1f} million pixels are read "
        "(4096 x 3072); record or convert it smaller"
    )


@functools.cache
def cap_allocations() -> bool:
    """Let libav refuse any single allocation over MAX_ALLOCATION_BYTES, in the complete process, from now on.

    A camera or file may announce gigabytes in a line of text. Returns False, with one log message, if PyAV's own
    copy of the library cannot be reached.
    """
    try:
        av_max_alloc = libav().av_max_alloc
    except (OSError, AttributeError):
        log.warning("the memory of the video library cannot be limited: PyAV was built without av_max_alloc")
        return False
    av_max_alloc(ctypes.c_size_t(MAX_ALLOCATION_BYTES))
    return True


def libav() -> ctypes.CDLL:
    """The functions of PyAV's libraries: OpenCV may have loaded others with the same name."""
    return ctypes.CDLL(_core.__file__)

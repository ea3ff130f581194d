"""How much memory one input may take, whatever it says of itself."""

from __future__ import annotations

import ctypes
import functools
import logging

from av import _core

log = logging.getLogger(__name__)
# 4K cameras have 8.3 million pixels, the largest fish-eyes 12.6. Each is held up to twenty times while decoding.
MAX_PIXELS = 4096 * 3072
# The largest single pieces in earnest: a picture of that size in BGR takes 38 MB, the index of a day at 30 frames
# a second 62 MB.
MAX_ALLOCATION_BYTES = 64 << 20
# For the decoder, and for the one that looks at the stream while it is opened.
DECODER_OPTIONS = {"max_pixels": str(MAX_PIXELS)}


def too_large(wh: tuple[int, int]) -> str | None:
    """What is wrong with a picture of that size, px; None if it can be read."""
    width, height = wh
    if width * height <= MAX_PIXELS:
        return None
    return (
        f"its pictures have {width} x {height} px, and at most {MAX_PIXELS / 1e6:.1f} million pixels are read "
        "(4096 x 3072); record or convert it smaller"
    )


@functools.cache
def cap_allocations() -> bool:
    """Refuse libav any single piece of memory over MAX_ALLOCATION_BYTES, in the whole process, from now on.

    A camera or file may announce gigabytes in a line of text. Returns False, and says so once in the log, where
    PyAV's own copy of the library cannot be reached.
    """
    try:
        av_max_alloc = libav().av_max_alloc
    except (OSError, AttributeError):
        log.warning("the memory of the video library cannot be bounded: PyAV was built without av_max_alloc")
        return False
    av_max_alloc(ctypes.c_size_t(MAX_ALLOCATION_BYTES))
    return True


def libav() -> ctypes.CDLL:
    """The functions of the libraries that PyAV runs on: OpenCV may have brought others of the same name."""
    return ctypes.CDLL(_core.__file__)

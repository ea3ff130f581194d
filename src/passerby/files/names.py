"""Names that become folders."""

from __future__ import annotations

import unicodedata

MOST_BYTES = 255  # of one name, on every file system that Linux can write


def folded(name: str) -> str:
    """Return what two names have in common that a file system such as exFAT or an SMB share takes for one.

    Such a file system ignores case, spaces and points at the end, and how an accent is written.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).rstrip(" .")

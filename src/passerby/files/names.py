"""Names of folders."""

from __future__ import annotations

import unicodedata

MOST_BYTES = 255  # of one name, on every file system that Linux can write


def folded(name: str) -> str:
    """Return a form that is equal for names that exFAT or an SMB share treats as one.

    Such a file system ignores case, spaces and points at the end, and how an accent is written.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).rstrip(" .")

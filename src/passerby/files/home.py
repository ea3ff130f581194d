"""Paths that begin with the home of a user."""

from __future__ import annotations

from pathlib import Path


def expanded(path: str | Path) -> Path:
    """Return a path with `~` or `~USER` replaced; the path itself if there is no such user or home."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)

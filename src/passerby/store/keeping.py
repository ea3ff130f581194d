"""The pictures in a results folder, with their age, for retention."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from passerby.store.cameras import CAMERAS, camera_of
from passerby.store.evidence import Kept
from passerby.store.queries import Queries

# Pictures without a row in the table of evidence: pattern below the results folder, kind.
_PATTERNS = (
    ("stills/*", "still"),
    ("clips/*", "clip"),
    ("redacted.mp4", "video"),
    (f"{CAMERAS}/*/redacted-*.mp4", "video"),
    ("*/redacted-*.mp4", "video"),  # of an earlier version
    ("report.html", "report"),
    (f"{CAMERAS}/*/report.html", "report"),
    ("*/report.html", "report"),  # of an earlier version
)


@dataclass(frozen=True, slots=True)
class PictureFile:
    """One file with pictures.

    path: relative to the results folder. kind: still, clip, video, report. event: "" if it belongs to none.
    made_ms: time at which it was finished (UTC); changed_ms: time of the last write.
    """

    path: str
    kind: str
    camera: str
    event: str
    size: int
    made_ms: int
    changed_ms: int
    is_locked: bool


def pictures(queries: Queries, folder: Path, now_ms: int) -> list[PictureFile]:
    """Return every file with pictures in the folder, oldest first; of stills and clips only those with a row."""
    rows = {file.path: file for file in queries.evidence(at_ms=now_ms)}
    locked = {lock.event for lock in queries.locks(at_ms=now_ms)}
    found = (_picture(path, kind, folder, rows, locked) for path, kind in _paths(folder))
    return sorted((picture for picture in found if picture), key=lambda picture: picture.made_ms)


def missing(queries: Queries, folder: Path) -> list[str]:
    """Return the paths of evidence with a row, not marked as removed, that do not exist."""
    return [f.path for f in queries.evidence() if f.gone_ms is None and not (folder / f.path).is_file()]


def _paths(folder: Path) -> Iterator[tuple[Path, str]]:
    for pattern, kind in _PATTERNS:
        yield from ((path, kind) for path in folder.glob(pattern))


def _picture(path: Path, kind: str, folder: Path, rows: dict[str, Kept], locked: set[str]) -> PictureFile | None:
    name = path.relative_to(folder)
    row = rows.get(str(name))
    if row is None and kind in ("still", "clip"):
        return None  # passerby removes evidence by its record only
    try:
        status = path.stat()
    except OSError:  # removed in between
        return None
    changed_ms = status.st_mtime_ns // 1_000_000
    event = row.event if row else ""
    camera = row.camera if row else camera_of(name) if kind in ("video", "report") else ""
    made_ms = row.made_ms if row else changed_ms
    return PictureFile(str(name), kind, camera, event, status.st_size, made_ms, changed_ms, event in locked)

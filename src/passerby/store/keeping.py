"""The pictures in a results folder by their records, with their age, for retention."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from passerby.store.evidence import Kept
from passerby.store.queries import Queries

# A file with a recent write may still be open: removing it would free nothing.
OPEN_MS = 120_000

_PLACES = (
    "stills/*",
    "clips/*",
    "redacted.mp4",
    "report.html",
    "cameras/*/redacted-*.mp4",
    "cameras/*/report.html",
)
_PLACES_OF_EARLIER_VERSIONS = ("*/redacted-*.mp4", "*/report.html")


@dataclass(frozen=True, slots=True)
class PictureFile:
    """One file with pictures.

    path: relative to the results folder. kind: still, clip, video, report. event: "" if it belongs to none.
    made_ms: when it was finished, or begun if it is not finished (UTC); changed_ms: time of the last write.
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
    """Return every recorded file with pictures that exists, oldest first; files without a record are not ours."""
    locked = {lock.event for lock in queries.locks(at_ms=now_ms)}
    rows = (row for row in queries.evidence(at_ms=now_ms) if row.gone_ms is None)
    found = (_picture(row, folder, is_locked=row.event in locked) for row in rows)
    return sorted((picture for picture in found if picture), key=lambda picture: picture.made_ms)


def missing(queries: Queries, folder: Path, now_ms: int) -> list[Kept]:
    """Return the recorded files, not marked as removed, that do not exist and are not just being made."""
    rows = (f for f in queries.evidence() if f.gone_ms is None and (f.is_finished or now_ms - f.made_ms > OPEN_MS))
    return [file for file in rows if not (folder / file.path).is_file()]


def unrecorded(queries: Queries, folder: Path) -> list[str]:
    """Return the paths of files that lie where passerby stores pictures and have no record, in order."""
    known = {file.path for file in queries.evidence()}
    found = {
        str(path.relative_to(folder))
        for place in (*_PLACES, *_PLACES_OF_EARLIER_VERSIONS)
        for path in folder.glob(place)
        if path.is_file()
    }
    return sorted(found - known)


def _picture(row: Kept, folder: Path, *, is_locked: bool) -> PictureFile | None:
    try:
        status = (folder / row.path).stat()
    except OSError:  # removed by another program, or not yet made
        return None
    changed_ms = status.st_mtime_ns // 1_000_000
    return PictureFile(
        row.path, row.kind, row.camera, row.event, status.st_size, row.made_ms, changed_ms, is_locked
    )

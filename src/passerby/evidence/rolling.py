"""Redacted video of a live camera in files of ten minutes; the oldest files are removed."""

from __future__ import annotations

import logging
from pathlib import Path

from passerby.contracts.closing import Closing
from passerby.evidence.video import RedactedVideo
from passerby.pixels.redact import RedactedImage

log = logging.getLogger(__name__)
SEGMENT_S = 600.0
PREFIX = "redacted-"


def stamp_of(at_s: float, utc: str | None) -> str:
    """Return the part of a file's name that is its time: the wall clock, or the session time of a recording."""
    return (utc or f"{at_s:012.3f}").replace(":", "").replace(".", "")


class RollingVideo(Closing):
    """Writes `redacted-<UTC>.mp4` files into `folder` and keeps at most `keep_mb` megabytes of them.

    The file being written is never removed. Raises StoreError as RedactedVideo does.
    """

    def __init__(self, folder: Path, keep_mb: int, segment_s: float = SEGMENT_S) -> None:
        self._folder, self._keep_bytes, self._segment_s = folder, keep_mb * 1_000_000, segment_s
        self._video: RedactedVideo | None = None
        self._began_s, self._wh = 0.0, (0, 0)
        self._done = self._written = 0

    @property
    def frames(self) -> int:
        """Pictures written so far, over all files."""
        return self._done + (self._video.frames if self._video else 0)

    @property
    def size(self) -> int:
        """Bytes written so far, over all files."""
        return self._written + (self._video.size if self._video else 0)

    def add(self, image: RedactedImage) -> None:
        """Write one picture, into a new file if the current one is full or has pictures of another size."""
        is_full = image.at.s - self._began_s >= self._segment_s
        if self._video is None or is_full or image.wh != self._wh:
            self._next(image)
        assert self._video is not None
        self._video.add(image)

    def close(self) -> None:
        """Finish the current file; may be called twice."""
        if self._video is not None:
            video, self._video = self._video, None
            self._done += video.frames
            try:
                video.close()
            finally:
                self._written += video.size

    def _next(self, image: RedactedImage) -> None:
        self.close()
        self._make_room()
        stamp = stamp_of(image.at.s, image.at.utc)
        self._video = RedactedVideo(self._folder / f"{PREFIX}{stamp}.mp4")
        self._began_s, self._wh = image.at.s, image.wh

    def _make_room(self) -> None:
        """Remove the oldest files until those left fit; names sort by time."""
        kept = 0
        for path in sorted(self._folder.glob(f"{PREFIX}*.mp4"), reverse=True):
            kept += path.stat().st_size
            if kept > self._keep_bytes:
                path.unlink(missing_ok=True)
                log.info("removed %s: more than %d MB of redacted video", path.name, self._keep_bytes // 1_000_000)

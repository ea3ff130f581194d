"""Redacted video of a camera in files of ten minutes, each recorded before it exists; retention removes them."""

from __future__ import annotations

import logging
import zlib
from dataclasses import replace
from itertools import count
from pathlib import Path

from passerby.contracts.closing import Closing
from passerby.contracts.events import EvidenceFile
from passerby.contracts.ports import RecordFile, unrecorded
from passerby.evidence.video import ENCODING, PART, RedactedVideo, encoded_wh
from passerby.pixels.redact import RedactedImage, RedactionError, require_redacted

log = logging.getLogger(__name__)
SEGMENT_S = 600.0
# Longest part, seconds, whatever the rate: its pictures keep alive the backgrounds in which they are drawn, and a
# camera that starts learns another one every two seconds.
PART_S = 8.0
PREFIX = "redacted-"


def stamp_of(at_s: float, utc: str | None) -> str:
    """Return the part of a file's name that is its time: the wall clock, or the session time of a recording."""
    return (utc or f"{at_s:012.3f}").replace(":", "").replace(".", "")


class RollingVideo(Closing):
    """Writes `redacted-<UTC>.mp4` files into `folder`; an existing file is never overwritten.

    Pictures are drawn and encoded in parts, with one encoder for all cameras: one for each took a quarter of the
    memory of a unit with 16 cameras. A kill loses the pictures of a part and two seconds.
    results: the folder that paths of records are relative to. most_px: largest width of the video, px. Raises
    StoreError as RedactedVideo does.
    """

    def __init__(
        self,
        folder: Path,
        *,
        results: Path | None = None,
        record: RecordFile = unrecorded,
        segment_s: float = SEGMENT_S,
        most_px: int | None = None,
    ) -> None:
        self._folder, self._results, self._record = folder, results or folder, record
        self._segment_s, self._most_px = segment_s, most_px
        self._video: RedactedVideo | None = None
        self._file: EvidenceFile | None = None
        self._part: list[RedactedImage] = []
        self._part_s = PART_S
        self._began_s, self._last_s, self._wh = 0.0, 0.0, (0, 0)
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
        """Take one picture, for a new file if the current one is full or has pictures of another size.

        Raises StoreError if a part cannot be written: its pictures are lost.
        """
        require_redacted(image)
        is_full = image.at.s - self._began_s >= self._segment_s
        if self._video is None or is_full or encoded_wh(image.wh, self._most_px) != self._wh:
            self._next(image)
        elif self._part and image.at.s - self._part[0].at.s >= self._part_s:
            self._write()
        self._part.append(image)
        self._last_s = image.at.s
        if len(self._part) >= PART:
            self._write()

    def close(self) -> None:
        """Finish the current file; may be called twice."""
        if self._video is None or self._file is None:
            return
        try:
            self._write()
        finally:
            video, self._video = self._video, None
            try:
                video.close()
            finally:
                self._done += video.frames
                self._written += video.size
                self._finished(video, self._file)

    def _write(self) -> None:
        """Draw and encode the pictures of a part; one that cannot be drawn is left out."""
        assert self._video is not None
        part, self._part, self._part_s = self._part, [], PART_S
        with ENCODING:
            for image in part:
                try:
                    self._video.add(image)
                except RedactionError:
                    log.exception("camera %s: a picture is not recorded; please report it", image.camera)
            self._video.rest()

    def _finished(self, video: RedactedVideo, file: EvidenceFile) -> None:
        if video.frames:  # one without a picture is removed
            seconds = round(self._last_s - self._began_s, 3)
            self._record(replace(file, sha256=video.sha256, bytes=video.size, seconds=seconds))

    def _next(self, image: RedactedImage) -> None:
        self.close()
        path = self._free_path(stamp_of(image.at.s, image.at.utc))
        name = str(path.relative_to(self._results))
        self._file = EvidenceFile(name, "", image.camera, "video", utc=image.at.utc)
        self._record(self._file)
        self._video, self._wh = RedactedVideo(path, self._most_px), encoded_wh(image.wh, self._most_px)
        self._began_s = self._last_s = image.at.s
        # The cameras of a unit start together; their parts should not end together.
        self._part_s = PART_S * (zlib.crc32(image.camera.encode()) % PART) / PART

    def _free_path(self, stamp: str) -> Path:
        """Return a path without a file: a recording that is analysed again has the same times."""
        names = (f"{PREFIX}{stamp}{f'-{n}' if n > 1 else ''}.mp4" for n in count(1))
        return next(path for path in (self._folder / name for name in names) if not path.is_file())

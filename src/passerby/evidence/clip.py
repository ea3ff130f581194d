"""One clip: redacted pictures with the data of the rule drawn on them, and a checksum of the file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StoreError
from passerby.contracts.events import EvidenceFile
from passerby.contracts.ports import RecordFile, unrecorded
from passerby.evidence.video import RedactedVideo
from passerby.files.private import make_folder
from passerby.pixels.annotate import Drawing, annotate
from passerby.pixels.redact import RedactedImage

CLIPS = "clips"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture of a clip with its drawing; both are drawn when they are written."""

    image: RedactedImage
    drawing: Drawing


def clip_path(event: str) -> str:
    """Return the path of an incident's clip, relative to the results folder."""
    return f"{CLIPS}/{event}.mp4"


class Clip(Closing):
    """Writes `clips/EVENT.mp4` below `folder`. A kill loses at most one part, and two seconds.

    Raises StoreError if it cannot be written.
    """

    def __init__(self, folder: Path, event: str, camera: str, record: RecordFile = unrecorded) -> None:
        self.event, self._folder = event, folder
        self._file = EvidenceFile(clip_path(event), event, camera, "clip")
        path = folder / self._file.path
        _make(path.parent)
        record(self._file)
        self._video = RedactedVideo(path)
        self._first: Drawn | None = None
        self._seconds = 0.0

    def add(self, pictures: Sequence[Drawn]) -> None:
        """Draw and write some pictures. Raises StoreError if they cannot be written."""
        for drawn in pictures:
            image = annotate(drawn.image, drawn.drawing)
            self._first = self._first or drawn
            self._seconds = image.at.since_s(self._first.image.at)
            self._video.add(image)
        self._video.rest()

    def close(self) -> None:
        """Finish the file; may be called twice. Raises StoreError if its end cannot be written."""
        self._video.close()

    def finished(self) -> EvidenceFile | None:
        """Close the clip and return its data; None for a clip without a picture. Raises StoreError."""
        self.close()
        if self._first is None:
            return None
        utc = self._first.image.at.utc
        return finished_file(self._folder, replace(self._file, seconds=round(self._seconds, 3), utc=utc))


def finished_file(folder: Path, begun: EvidenceFile) -> EvidenceFile:
    """Return the record of a file that is on the disk, with size and checksum. Raises StoreError if it cannot be
    read."""
    path = folder / begun.path
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}); the {begun.kind} is lost") from error
    return replace(begun, sha256=digest, bytes=size)


def _make(folder: Path) -> None:
    try:
        make_folder(folder, parents=False)  # a disk that was unplugged is no reason to fill another
    except OSError as error:
        raise StoreError(f"{folder} cannot be created ({error.strerror}); is the disk still present?") from error

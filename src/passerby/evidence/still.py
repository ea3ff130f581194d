"""A redacted still as JPEG bytes, and as a file beside the events."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import cv2

from passerby.contracts.errors import StoreError
from passerby.contracts.events import EvidenceFile, EvidenceRef
from passerby.contracts.ports import RecordFile, unrecorded
from passerby.files.whole import write_whole
from passerby.pixels.redact import RedactedImage, require_redacted

QUALITY = 82


def jpeg(image: RedactedImage) -> bytes:
    """Return the picture as JPEG without metadata. Raises TypeError if it is not redacted."""
    good, encoded = cv2.imencode(".jpg", require_redacted(image).bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not good:
        raise StoreError(f"a still of {image.camera!r} could not be encoded")
    return bytes(encoded)


@dataclass(frozen=True, slots=True)
class KeptStill:
    """A still on the disk: its path, and its size in bytes."""

    ref: EvidenceRef
    size: int


class Stills:
    """Writes stills into `folder`/stills; a file is recorded before it exists, and complete or absent."""

    def __init__(self, folder: Path, record: RecordFile = unrecorded) -> None:
        self._folder, self._record = folder, record

    def keep(self, name: str, image: RedactedImage) -> KeptStill:
        """Write one still and return its reference and size.

        Raises StoreError if it cannot be written, ValueError if `name` is not a plain file name.
        """
        if not name or Path(name).name != name or "\0" in name:
            raise ValueError(f"{name!r} is not a valid name of a still")
        data, path = jpeg(image), _path(name)
        self._record(EvidenceFile(str(path), name, image.camera, "still", utc=image.at.utc))
        write_whole(self._folder / path, data, make_folder=True)
        return KeptStill(EvidenceRef(str(path), hashlib.sha256(data).hexdigest(), image.method), len(data))

    def remove(self, name: str) -> None:
        """Remove a still that no event names; a missing one, or one that cannot be removed, is ignored."""
        with suppress(OSError):
            (self._folder / _path(name)).unlink(missing_ok=True)


def _path(name: str) -> Path:
    return Path("stills") / f"{name}.jpg"

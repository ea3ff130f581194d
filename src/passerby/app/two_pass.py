"""`passerby analyze --two-pass`: the first pass, and what the second takes from it."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from passerby.app.terminal import progress_bar
from passerby.camera.first_pass import FirstPass, KeptDetections
from passerby.contracts.config import Camera
from passerby.contracts.errors import StoreError
from passerby.ingest.source import FrameSource
from passerby.scene.place import Place
from passerby.vision.detector import Detector


@dataclass(frozen=True, slots=True)
class Passes:
    """How often a recording is read.

    analysis_fps: most analysed frames per second of video. quiet: show no progress bar.
    """

    twice: bool
    analysis_fps: float | None
    quiet: bool


@contextmanager
def passes(
    camera: Camera, source: FrameSource, detector: Detector, how: Passes, folder: Path, stop: threading.Event
) -> Iterator[tuple[Detector, Place | None]]:
    """Yield the detector, and the place of the pictures, for the last pass over the opened `source`.

    Raises StoreError if the detections cannot be kept in `folder`.
    """
    if not how.twice or camera.redaction.mode == "schematic":
        yield detector, None
        return
    with _nameless(folder) as file:
        kept = KeptDetections(detector, file)
        length_s = source.open().seconds
        with progress_bar(f"{camera.name}, first pass", length_s, quiet=how.quiet) as progress:
            first = FirstPass(camera, how.analysis_fps, lambda at: progress(at.s))
            place = first.learn(source, kept, stop)
        source.open()
        yield kept, place


def _nameless(folder: Path) -> IO[bytes]:
    """Open a file that has no name and ends with this process."""
    try:
        return tempfile.TemporaryFile(dir=folder)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written ({error.strerror}); give another folder") from error

"""The first of two passes over a recording: its backgrounds, and its detections for the second pass.

Detections are kept in a file without a name, which the operating system removes with the process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import numpy as np

from passerby.camera.pace import Pace
from passerby.camera.state import CameraState
from passerby.contracts.config import Camera
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Gap
from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.contracts.time import Timestamp
from passerby.ingest.cuts import SceneCuts
from passerby.ingest.source import FrameSource
from passerby.pixels.frame import RawFrame
from passerby.pixels.grid import Grid
from passerby.scene.known import KnownBackground, Segment
from passerby.scene.place import Place
from passerby.scene.scene_boxes import SceneBoxes
from passerby.scene.segment import SegmentLearner
from passerby.vision.detector import Detector

# Longest segment, seconds: a background is compared with pictures of about its time. Chosen by judgement: daylight
# and things that lie around change within an hour.
LONGEST_S = 1800.0
_ROW = np.dtype([("number", np.int64), ("boxes", np.int64)])


class KeptDetections:
    """The detections of another detector in a first pass; frames that are not among them go to that detector.

    Raises StoreError if they cannot be written.
    """

    batch = 1

    def __init__(self, detector: Detector, file: IO[bytes]) -> None:
        self._detector, self._file = detector, file
        self._next: tuple[int, int] | None = None

    @property
    def info(self) -> ModelInfo:
        """Data of the other detector."""
        return self._detector.info

    def first(self, frame: RawFrame) -> Detections:
        """Detect people in a frame of the first pass, and keep the result."""
        (found,) = self._detector.detect([frame])
        rows = np.column_stack([found.xyxy_px, found.score]).astype(np.float32)
        with _reported():
            self._file.write(np.array((frame.number, len(rows)), _ROW).tobytes() + rows.tobytes())
        return found

    def rewind(self) -> None:
        """Begin the second pass."""
        with _reported():  # it writes what is still in its buffer
            self._file.seek(0)

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        """Return the kept detections of the frames, which come in the same order as they were written."""
        return [self._found(frame) for frame in frames]

    def _found(self, frame: RawFrame) -> Detections:
        while self._next is None or self._next[0] < frame.number:
            if self._next is not None:
                self._rows(self._next[1])
            head = np.frombuffer(self._file.read(_ROW.itemsize), _ROW)
            if not len(head):
                return self._detector.detect([frame])[0]
            self._next = int(head["number"][0]), int(head["boxes"][0])
        if self._next[0] != frame.number:
            return self._detector.detect([frame])[0]
        rows, self._next = self._rows(self._next[1]), None
        return Detections(frame.camera, frame.at, frame.wh, rows[:, :4].copy(), rows[:, 4].copy())

    def _rows(self, count: int) -> np.ndarray:
        return np.frombuffer(self._file.read(5 * 4 * count), np.float32).reshape(-1, 5)


@dataclass(frozen=True, slots=True)
class FirstPass:
    """The first pass over one recording. analysis_fps, progress: as in the second pass."""

    camera: Camera
    analysis_fps: float | None
    progress: Callable[[Timestamp], None]

    def learn(self, source: FrameSource, kept: KeptDetections, stop: threading.Event) -> Place | None:
        """Analyse the opened `source`; return the place as it looks in each segment, None without a frame.

        `kept` is ready for the second pass then.
        """
        pace, cuts = Pace(self.analysis_fps), SceneCuts()
        segments: _Segments | None = None
        for item in source.frames(stop, lambda _, at: pace.wants(at)):
            if isinstance(item, Gap):
                continue
            found = kept.first(item)
            cuts.see(item.bgr, item.at.s)
            segments = segments or _Segments(CameraState(_bare(self.camera), item.wh, kept.info))
            segments.step(item, found, cuts.at_s)
            self.progress(item.at)
        kept.rewind()
        return segments.place() if segments is not None else None


class _Segments:
    """The segments of one recording so far."""

    def __init__(self, state: CameraState) -> None:
        self._state, self._cuts = state, 0
        self._wh, self._shown_wh = state.frame_wh, state.redactor.shown_wh
        self._grid = Grid.of(state.frame_wh)
        self._done: list[Segment] = []
        self._learner: SegmentLearner | None = None
        self._from_s = 0.0

    def step(self, frame: RawFrame, found: Detections, cuts_s: Sequence[float]) -> None:
        """Process one frame. A cut is known a second late, when no moment after it has been judged."""
        if len(cuts_s) > self._cuts:
            self._cuts = len(cuts_s)
            self._begin(cuts_s[-1])
        elif self._learner is None or frame.at.s - self._from_s >= LONGEST_S:
            self._begin(frame.at.s)
        assert self._learner is not None
        tracks = self._state.step(None, found).tracks
        self._learner.step(
            frame, SceneBoxes.of(found, tracks, self._grid), bool((tracks.confirmed & ~tracks.predicted).any())
        )

    def place(self) -> Place:
        """Return the place with all segments."""
        if self._learner is not None:
            self._done.append(self._learner.finish())
            self._learner = None
        known = KnownBackground(self._grid, self._shown_wh, self._done)
        return Place(self._wh, self._shown_wh, known)

    def _begin(self, at_s: float) -> None:
        if self._learner is not None:
            self._done.append(self._learner.finish())
        self._learner, self._from_s = SegmentLearner(self._grid, self._shown_wh, at_s), at_s


def _bare(camera: Camera) -> Camera:
    """Return the camera without what the first pass does not need."""
    return camera.model_copy(update={"rules": (), "zones": (), "lines": ()})


@contextmanager
def _reported() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"the detections of the first pass cannot be kept ({error.strerror})") from error

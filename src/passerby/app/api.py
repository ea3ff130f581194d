"""What `import passerby` offers to programs: the functions behind the commands, without the command line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from passerby.app.analyze import AnalyzeSettings, run_job
from passerby.app.clock import SystemClock
from passerby.app.departures import recording_clock
from passerby.app.detector_choice import chosen_detector
from passerby.app.jobs import name_for, plan_jobs
from passerby.app.probes import PROBES
from passerby.app.unit_file import load_unit as load_unit_file
from passerby.camera.result import FrameResult
from passerby.camera.state import CameraState
from passerby.config.check import load_checked
from passerby.contracts.closing import Closing
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import ConfigError, InputError, PasserbyError
from passerby.contracts.events import Event, Gap, LineSample, ZoneSample
from passerby.contracts.people import Detections
from passerby.contracts.results import Summary
from passerby.contracts.time import Timestamp
from passerby.ingest.open import open_source as open_frames
from passerby.ingest.source import FrameSource, SourceInfo
from passerby.pixels.frame import RawFrame
from passerby.store.queries import querying
from passerby.store.results import DATABASE
from passerby.vision.detector import Detector

__all__ = [
    "Analysis",
    "Camera",
    "CameraState",
    "ConfigError",
    "Detections",
    "Detector",
    "Event",
    "FrameResult",
    "Gap",
    "InputError",
    "LineSample",
    "PasserbyError",
    "RawFrame",
    "Source",
    "Summary",
    "Timestamp",
    "Unit",
    "ZoneSample",
    "analyze",
    "load_detector",
    "load_unit",
    "open_source",
]


@dataclass(frozen=True, slots=True)
class Analysis:
    """The results of one recording. folder: with report.html and the other files.

    counts: people over each line and in each zone, one sample a minute.
    """

    folder: Path
    summary: Summary
    events: tuple[Event, ...]
    counts: tuple[LineSample | ZoneSample, ...]


class Source(Closing):
    """An open recording or camera; an iterator of its frames. Use it in one thread. info: about its pictures."""

    def __init__(self, frames: FrameSource) -> None:
        self._frames, self._stop = frames, threading.Event()
        self.info: SourceInfo = frames.open()

    def __iter__(self) -> Iterator[RawFrame]:
        """Yield every frame; a live camera has no end. Raises InputError."""
        return (item for item in self.items() if isinstance(item, RawFrame))

    def items(self) -> Iterator[RawFrame | Gap]:
        """Yield every frame, and a Gap where pictures are missing: pass it on with `CameraState.gap()`."""
        return self._frames.frames(self._stop)

    def close(self) -> None:
        """Free the decoder and end `items`; may be called twice."""
        self._stop.set()
        self._frames.close()


def analyze(
    video: str | Path,
    *,
    out: str | Path,
    config: str | Path | None = None,
    camera: str | None = None,
    detector: Detector | None = None,
    begins: str | None = None,
    record: bool = True,
) -> Analysis:
    """Analyse one recording into the folder `out`, as `passerby analyze` does.

    config: of the unit. camera: the one that recorded the video, if the unit has several. detector: in place of
    the configured one. begins: local date and time of the first frame, for schedules and timetables. record: write
    redacted.mp4. Raises ConfigError, InputError and the other errors of PasserbyError.
    """
    unit = load_checked(Path(config), probes=replace(PROBES, sources=False)).unit if config else None
    (job,) = plan_jobs([str(video)], unit, camera, Path(out))
    chosen = detector or chosen_detector(unit)
    clock = recording_clock(unit.timezone if unit else "UTC", begins)
    settings = AnalyzeSettings.of(unit, chosen, clock, video=record, quiet=True)
    summary = run_job(job, settings, threading.Event())
    with querying(job.folder / DATABASE) as queries:
        events = tuple(queries.events())
        counts: tuple[LineSample | ZoneSample, ...] = (*queries.samples(LineSample), *queries.samples(ZoneSample))
    return Analysis(job.folder, summary, events, counts)


def load_unit(config: str | Path) -> Unit:
    """Return the checked configuration. Raises ConfigError, whose `problems` are all that is wrong."""
    return load_unit_file(Path(config))


def load_detector(name: str = "embedded") -> Detector:
    """Load a person detector: `embedded`, the name of a pulled model, or a path. Raises PasserbyError."""
    return chosen_detector(None, name)


def open_source(source: str | Path, camera: str | None = None) -> Source:
    """Open a video file or an rtsp:// address. camera: the name in its frames. Raises InputError."""
    name = camera or name_for(str(source))
    return Source(open_frames(str(source), name, clock=SystemClock()))

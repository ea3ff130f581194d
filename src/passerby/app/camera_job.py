"""The work of one camera of a running unit: from its source to its results folder."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from passerby.app.figures import Histories
from passerby.app.live_report import LiveReport, ReportData, ReportTurns
from passerby.app.results import recorded, with_samples, write_results
from passerby.camera.ids import live_ids, ulid
from passerby.camera.least_stream import stream_fault
from passerby.camera.live_tile import LiveTile
from passerby.camera.loop import CameraLoop, CameraServices
from passerby.camera.outputs import Outputs
from passerby.camera.schedule import WallClock
from passerby.camera.state import CameraPorts
from passerby.contracts.config import Camera, Unit
from passerby.contracts.events import Event, EvidenceFile
from passerby.contracts.ports import DepartureSource, RecordSink
from passerby.contracts.results import History
from passerby.contracts.time import Clock, Timestamp, later
from passerby.contracts.trial import TrialWatch
from passerby.contracts.urls import is_live
from passerby.evidence.async_evidence import AsyncStills, AsyncVideo
from passerby.evidence.clips import clips_of
from passerby.evidence.rolling import RollingVideo
from passerby.evidence.still import Stills
from passerby.ingest.open import open_source
from passerby.ingest.source import FrameSource
from passerby.ingest.substream import Substream
from passerby.scene.place import Place
from passerby.store.cameras import camera_folder
from passerby.store.filters import EventFilter
from passerby.store.floors import FloorFiles
from passerby.store.queries import Queries, querying
from passerby.store.results import DATABASE, make_results_folder
from passerby.unit.rates import idle_fps, live_fps
from passerby.unit.summary import Circumstances, summarise
from passerby.vision.detector import Detector

# Larger than the deviation at which a camera's clock is rejected (ingest/wallclock.py).
CAMERA_CLOCK_LATE_S = 60.0
# A report is made of what the store holds by then.
FLUSH_S = 2.0
# A unit may run for months.
MOST_EVENTS = 5000


class CameraRecorder(RecordSink, Protocol):
    """Takes the records of a camera and of its files."""

    def record_file(self, file: EvidenceFile) -> None:
        """See Recorder."""
        ...

    def flush(self, timeout_s: float | None = None) -> bool:
        """See Recorder."""
        ...


class Queried(Protocol):
    """A results folder that can be read."""

    def queries(self) -> AbstractContextManager[Queries]:
        """See ResultsStore."""
        ...


@dataclass(frozen=True, slots=True)
class StoredResults:
    """The results folder of another process."""

    folder: Path

    def queries(self) -> AbstractContextManager[Queries]:
        """See ResultsStore."""
        return querying(self.folder / DATABASE)


class Opener(Protocol):
    """Makes the source of a camera."""

    def __call__(
        self, source: str, camera: str, *, clock: Clock, substream: Substream | None = None
    ) -> FrameSource:
        """Return the source at an address, or its substream if that is good enough; not yet opened."""
        ...


@dataclass(frozen=True, slots=True)
class CameraJob:
    """One camera of a running unit, with its own folder below the unit's.

    places: the learned background of each source, in memory only; it survives a restart of the camera.
    stage_clock: see StageTimes. tile: for people who watch live. turns: when reports are due before the end.
    loops, histories, trial: for the console. store: None where the unit's database is on another machine; then no
    report is written.
    """

    camera: Camera
    unit: Unit
    results: Path
    store: Queried | None
    recorder: CameraRecorder
    detector: Detector
    clock: Clock
    wall: WallClock
    departures: Callable[[], DepartureSource | None]
    places: dict[str, Place] = field(default_factory=dict)
    stage_clock: Callable[[], float] | None = None
    tile: LiveTile | None = None
    turns: ReportTurns = field(default_factory=ReportTurns)
    opener: Opener = open_source
    loops: dict[str, CameraLoop] = field(default_factory=dict)
    histories: Histories = field(default_factory=Histories)
    trial: TrialWatch | None = None

    @property
    def folder(self) -> Path:
        """Return the folder of this camera's video, summary and report."""
        return camera_folder(self.results, self.camera.name)

    def work(self, stop: threading.Event) -> None:
        """Analyse until `stop`. Raises the errors of the store; the lifecycle restarts the camera."""
        began_s, began = time.perf_counter(), Timestamp(0, self.clock.utc_ns())
        make_results_folder(self.folder)
        with (
            closing(self._opened()) as source,
            self._outputs() as outputs,
        ):
            loop = CameraLoop(
                self.camera,
                source,
                replace(self._services(outputs), progress=lambda _: self._between(report, loop)),
            )
            report = LiveReport(
                self.turns,
                self.camera.name,
                lambda: self._snapshot(loop, source, outputs, began_s, stopped=False),
                lambda snapshot: self._write(snapshot, began),
            )
            self.loops[self.camera.name] = loop
            try:
                loop.run(stop)
            finally:
                if loop.state is not None:
                    self.places[self.camera.source] = loop.state.place
                outputs.close()
                is_stopped = stop.is_set() and not is_live(self.camera.source)
                report.finish(self._snapshot(loop, source, outputs, began_s, stopped=is_stopped))

    def _opened(self) -> FrameSource:
        camera, smaller = self.camera, self.camera.substream
        substream = Substream(smaller, stream_fault(camera, self.detector.info)) if smaller else None
        return self.opener(camera.source, camera.name, clock=self.clock, substream=substream)

    def _between(self, report: LiveReport, loop: CameraLoop) -> None:
        """Do between two frames what reads the state of the loop."""
        report.step()
        self.histories.step(self.camera.name, loop)

    def _snapshot(
        self, loop: CameraLoop, source: FrameSource, outputs: Outputs, began_s: float, *, stopped: bool
    ) -> ReportData:
        around = Circumstances(
            self.unit.station,
            self.camera,
            self.detector.info,
            None,
            time.perf_counter() - began_s,
            outputs.frames_written,
            stopped=stopped,
        )
        history = loop.state.history() if loop.state else None
        return ReportData(summarise(loop, source, around), history, outputs.background())

    def _write(self, snapshot: ReportData, began: Timestamp) -> None:
        if self.store is None:
            return
        self.recorder.flush(FLUSH_S)
        summary, events = snapshot.summary, self._events_since(began)
        if len(events) == MOST_EVENTS:
            note = f"the report shows the newest {MOST_EVENTS} lines of events; events.jsonl has them all"
            summary = replace(summary, notes=(*summary.notes, note))
        history = self._with_samples(snapshot.history, began) if snapshot.history else None
        report, record = self.folder / "report.html", self.recorder.record_file
        with recorded(report, self.results, self.camera.name, "report", record):
            write_results(self.folder, self.results, summary, history, events, snapshot.background)

    def _outputs(self) -> Outputs:
        live, name, record = is_live(self.camera.source), self.camera.name, self.recorder.record_file
        evidence, stills = self.unit.evidence, Stills(self.results, record)
        video = None
        if self.unit.recording_mb:
            video = RollingVideo(
                self.folder, results=self.results, record=record, most_px=evidence.recording_width_px
            )
        return Outputs(
            self.results,
            AsyncVideo(video, name) if video and live else video,
            clips=clips_of(self.camera, evidence, self.results, patient=not live, record=record),
            lenient=True,
            stills=AsyncStills(stills, name) if live else stills,
            live=self.tile,
            video_fps=evidence.recording_fps,
        )

    def _services(self, outputs: Outputs) -> CameraServices:
        live = is_live(self.camera.source)
        fps = live_fps(self.camera) if live else self.camera.analysis_fps
        at_rest = idle_fps(self.camera) if live else None
        ports = CameraPorts(
            new_id=live_ids(self.clock),
            clock=self.wall,
            departures=self.departures(),
            memory=FloorFiles(self.results),
            place=self.places.get(self.camera.source),
        )
        return CameraServices(
            self.detector,
            self.recorder,
            outputs,
            ports,
            fps,
            at_rest,
            is_live=live,
            stage_clock=self.stage_clock,
            trial=self.trial,
        )

    def _with_samples(self, history: History, began: Timestamp) -> History:
        since = later(began.utc, -CAMERA_CLOCK_LATE_S) if is_live(self.camera.source) and began.utc else None
        assert self.store is not None
        with self.store.queries() as queries:
            return with_samples(history, queries, self.camera.name, since)

    def _events_since(self, began: Timestamp) -> list[Event]:
        """Return the newest events of this run.

        Identifiers use this machine's time; event times may be a camera's.
        """
        assert began.utc_ns is not None
        since = later(began.utc, -CAMERA_CLOCK_LATE_S) if is_live(self.camera.source) else None
        first_id = ulid(began.utc_ns // 1_000_000, bytes(10))
        assert self.store is not None
        with self.store.queries() as queries:
            events = queries.events(EventFilter(camera=(self.camera.name,), since=since, last=MOST_EVENTS))
            return [event for event in events if event.id >= first_id]

"""`passerby run`: analyse live cameras until stopped."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from passerby.app.actor import actor
from passerby.app.check import picture_wh
from passerby.app.clock import SystemClock
from passerby.app.departures import departures_of, listen
from passerby.app.detector_choice import model_choice, model_folders
from passerby.app.janitor import Janitor, adopt_clips
from passerby.app.options import ModelInputOption, ModelOption, RuntimeOption, ScoreOption
from passerby.app.probes import PROBES
from passerby.app.results import with_samples, write_results
from passerby.app.stopping import stop_on_signals
from passerby.camera.ids import live_ids, ulid
from passerby.camera.loop import CameraLoop, CameraServices
from passerby.camera.outputs import Outputs
from passerby.camera.schedule import WallClock
from passerby.config.check import load_checked
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, Measure, Phase
from passerby.contracts.ports import DepartureSource
from passerby.contracts.results import History
from passerby.contracts.time import Clock, Timestamp, later
from passerby.contracts.urls import is_live
from passerby.evidence.async_evidence import AsyncStills, AsyncVideo
from passerby.evidence.clips import clips_of
from passerby.evidence.rolling import RollingVideo
from passerby.evidence.still import Stills
from passerby.ingest.open import open_source
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.cameras import camera_folder
from passerby.store.events import EventFilter, query
from passerby.store.floors import FloorFiles
from passerby.store.results import ResultsStore
from passerby.store.shelves import Shelves
from passerby.store.spool import EventSpool
from passerby.unit.alarms.alarming import UnitRecords
from passerby.unit.alarms.desk import AlarmDesk
from passerby.unit.counting import Counting
from passerby.unit.recorder import Recorder
from passerby.unit.store_outage import StoreOutage
from passerby.unit.summary import Circumstances, summarise
from passerby.unit.supervisor import Supervisor
from passerby.vision.detector import Detector
from passerby.vision.load import load_detector
from passerby.vision.shared import SharedDetector

log = logging.getLogger(__name__)
LIVE_ANALYSIS_FPS = 8.0
# Larger than the deviation at which a camera's clock is rejected (ingest/wallclock.py).
CAMERA_CLOCK_LATE_S = 60.0
# A report is made of what the store holds by then.
FLUSH_S = 5.0


def run(
    config: Annotated[Path, typer.Argument(metavar="UNIT.YAML", help="The unit's configuration.")],
    *,
    model: ModelOption = None,
    model_input: ModelInputOption = None,
    score: ScoreOption = None,
    runtime: RuntimeOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Results folder; default: data_dir.")
    ] = None,
) -> None:
    """Analyse live cameras until Ctrl-C or SIGTERM, then end all incidents and finish all files."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    unit = load_checked(config, probes=replace(PROBES, picture_wh=picture_wh)).unit
    folder = out or Path(unit.data_dir)
    detector = load_detector(model_choice(unit, model, model_input, score, runtime), model_folders(unit))
    stop = threading.Event()
    with (
        stop_on_signals(stop),
        ResultsStore(folder) as store,
        SharedDetector(detector, os.cpu_count() or 1) as shared,
    ):
        adopt_clips(store, folder)
        with audited_run(store, config), Janitor(store, folder, unit.retention):
            end_last_run(store, folder)
            watch(unit, folder, store, shared, SystemClock(), stop)


@contextmanager
def audited_run(store: ResultsStore, config: Path) -> Iterator[None]:
    """Enter start and stop into the audit log, with the user and the configuration, and whether it changed."""
    who, checksum = actor(), hashlib.sha256(config.read_bytes()).hexdigest()
    with store.reading() as connection:
        before = audit.latest_detail(connection, Act.STARTED)
    if before is not None and before != f"sha256 {checksum}":
        store.write(lambda c: audit.record(c, who, Act.CONFIGURED, config.name, f"sha256 {checksum}"))
    store.write(lambda c: audit.record(c, who, Act.STARTED, config.name, f"sha256 {checksum}"))
    try:
        yield
    finally:
        try:
            store.write(lambda c: audit.record(c, audit.UNIT, Act.STOPPED, config.name))
        except StoreError as error:
            log.error("the stop is not in the audit log: %s", error)


def ends_of(left_open: Iterable[Event]) -> Iterator[Event]:
    """Yield the ends of incidents that a crash or power cut left open, at the last time they were reported."""
    for event in left_open:
        why = Measure("ended_by", "restart")
        yield replace(event, seq=event.seq + 1, phase=Phase.END, measures=(*event.measures, why), evidence=None)
        log.info(
            "incident %s (%s) was open when the last run was interrupted; it is now ended", event.id, event.kind
        )


def end_last_run(store: ResultsStore, folder: Path) -> None:
    """End incidents and alarms that the last run left open; an incident that still lasts starts again."""
    EventSpool(folder).load_into(store)
    alarms = [replace(alarm, seq=alarm.seq + 1, phase=Phase.END) for alarm in store.open_alarms()]
    store.write_records([*ends_of(store.resume()), *alarms])


def announce(event: Event, stored: bool) -> None:
    """Log an alarm at once, whatever the store does."""
    if not stored:
        place = f", {event.place}" if event.place else ""
        log.warning("ALARM %s %s: %s%s", event.kind, event.phase.value, event.camera or "the unit", place)


def watch(
    unit: Unit, folder: Path, store: ResultsStore, detector: Detector, clock: Clock, stop: threading.Event
) -> None:
    """Run every camera of the unit until `stop`, or until all sources are files that have ended."""
    wall = WallClock(unit.timezone)
    with ExitStack() as stack:
        received = listen(unit)
        if received:
            stack.enter_context(received)
        records = UnitRecords(Counting(unit.cameras, unit.occupancy), AlarmDesk(unit.alarms, Shelves(folder)))
        outage = StoreOutage(clock, live_ids(clock))
        recorder = stack.enter_context(
            Recorder(store, records, outage=outage, spool=EventSpool(folder), subscribers=(announce,))
        )
        jobs = [
            CameraJob(
                camera, unit, folder, store, recorder, detector, clock, wall,
                partial(departures_of, camera, wall, received),
            )
            for camera in unit.cameras
        ]  # fmt: skip
        supervisor = Supervisor([(job.camera.name, job.work) for job in jobs], stop)
        supervisor.start()
        log.info("%s: analysing %d camera(s); results in %s", unit.station, len(unit.cameras), folder)
        supervisor.wait()
    log.info("%s: stopped; all incidents and alarms are ended and all files are finished", unit.station)


@dataclass(frozen=True, slots=True)
class CameraJob:
    """One camera of a running unit, with its own folder below the unit's."""

    camera: Camera
    unit: Unit
    results: Path
    store: ResultsStore
    recorder: Recorder
    detector: Detector
    clock: Clock
    wall: WallClock
    departures: Callable[[], DepartureSource | None]

    @property
    def folder(self) -> Path:
        """Return the folder of this camera's video, summary and report."""
        return camera_folder(self.results, self.camera.name)

    def work(self, stop: threading.Event) -> None:
        """Analyse until `stop`. Raises the errors of the store; the supervisor restarts the camera."""
        began_s, began = time.perf_counter(), Timestamp(0, self.clock.utc_ns())
        _make(self.folder)
        with (
            closing(open_source(self.camera.source, self.camera.name, clock=self.clock)) as source,
            self._outputs() as outputs,
        ):
            loop = CameraLoop(self.camera, source, self._services(outputs))
            try:
                loop.run(stop)
            finally:
                outputs.close()
                wall_s = time.perf_counter() - began_s
                around = Circumstances(
                    self.unit.station, self.camera, self.detector.info, None, wall_s, outputs.frames_written
                )
                self.recorder.flush(FLUSH_S)
                summary = summarise(loop, source, around)
                history = self._with_samples(loop.state.history(), began) if loop.state else None
                events = self._events_since(began)
                write_results(self.folder, self.results, summary, history, events, outputs.background())

    def _outputs(self) -> Outputs:
        keep_mb = self.unit.recording_mb
        live = is_live(self.camera.source)
        video = RollingVideo(self.folder, keep_mb) if keep_mb else None
        name = self.camera.name
        return Outputs(
            self.results,
            AsyncVideo(video, name) if video and live else video,
            clips=clips_of(self.camera, self.unit.evidence, self.results, patient=not live),
            lenient=True,
            stills=AsyncStills(Stills(self.results), name) if live else None,
        )

    def _services(self, outputs: Outputs) -> CameraServices:
        new_id: Callable[[], str] = live_ids(self.clock)
        fps = self.camera.analysis_fps or (LIVE_ANALYSIS_FPS if is_live(self.camera.source) else None)
        live = is_live(self.camera.source)
        return CameraServices(
            self.detector,
            self.recorder,
            outputs,
            new_id,
            fps,
            live,
            departures=self.departures(),
            clock=self.wall,
            memory=FloorFiles(self.results),
        )

    def _with_samples(self, history: History, began: Timestamp) -> History:
        since = later(began.utc, -CAMERA_CLOCK_LATE_S) if is_live(self.camera.source) and began.utc else None
        with self.store.reading() as connection:
            return with_samples(history, connection, self.camera.name, since)

    def _events_since(self, began: Timestamp) -> list[Event]:
        """Return the events of this run. Identifiers use this machine's time; event times may be a camera's."""
        assert began.utc_ns is not None
        since = later(began.utc, -CAMERA_CLOCK_LATE_S) if is_live(self.camera.source) else None
        first_id = ulid(began.utc_ns // 1_000_000, bytes(10))
        with self.store.reading() as connection:
            events = query(connection, EventFilter(camera=(self.camera.name,), since=since))
            return [event for event in events if event.id >= first_id]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be created ({error.strerror}); give another folder") from error

"""A running unit: its recorder, its cameras, and changes of its configuration."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from passerby.app.camera_job import Opener
from passerby.app.console import serving
from passerby.app.control import Control
from passerby.app.departures import following_trains, message_tracks, received
from passerby.app.destinations import delivering
from passerby.app.escalating import escalating
from passerby.app.fleet_following import following_fleet
from passerby.app.focusing import Lens, focus_keeper, focusable
from passerby.app.onvif_ports import onvif_lens, onvif_reports
from passerby.app.placement.refused import NoTrials, refuse_focus
from passerby.app.scheduling import adapt_rates
from passerby.app.service.notify import ServiceNotifier
from passerby.app.unit_cameras import UnitCameras
from passerby.app.unit_file import UnitFile
from passerby.camera.ids import live_ids
from passerby.camera.schedule import WallClock
from passerby.console.ports import CameraFigures, CameraHistory, FloorPlan
from passerby.contracts.config import Unit
from passerby.contracts.errors import OperationError, PasserbyError
from passerby.contracts.events import Event
from passerby.contracts.focus import FocusReport
from passerby.contracts.time import Clock
from passerby.contracts.trial import TrialState
from passerby.ingest.open import open_source
from passerby.store.floors import FloorFiles
from passerby.store.results import ResultsStore
from passerby.store.shelves import Shelves
from passerby.store.spool import EventSpool
from passerby.unit.alarms.alarm_desk import AlarmDesk
from passerby.unit.alarms.alarming import UnitRecords
from passerby.unit.camera_watch import CameraWatches
from passerby.unit.config_change import READ_AT_START, ConfigChange
from passerby.unit.counting import Counting
from passerby.unit.lifecycle import Lifecycle
from passerby.unit.live_view import LiveView
from passerby.unit.outage import STORE_OUTAGE, UnitOutage
from passerby.unit.recorder import Recorder, Subscriber
from passerby.unit.scheduler import Scheduler
from passerby.unit.transit_files import TransitFiles
from passerby.vision.detector import Detector

log = logging.getLogger(__name__)
# A removed or unmounted results folder is noticed within a minute.
LOOK_EVERY_S = 10.0


class RunningUnit:
    """One unit over one results folder. Raises UsageError for departures or errors of counts that are unusable.

    with_console: serve the web application while it runs. opener: makes the sources of the cameras.
    lens: connects to motorised lenses. departures: those by message. cameras: see UnitCameras.
    """

    def __init__(
        self,
        unit: Unit,
        folder: Path,
        store: ResultsStore,
        detector: Detector,
        clock: Clock,
        *,
        with_console: bool = False,
        opener: Opener = open_source,
        lens: Lens = onvif_lens,
    ) -> None:
        self._unit, self._folder, self._store, self._clock = unit, folder, store, clock
        self._counting = Counting(unit.cameras, unit.occupancy)
        self._lifecycle = Lifecycle()
        self._desk = AlarmDesk(unit.alarms, Shelves(folder))
        self._focus = focus_keeper(self.unit, store, self._desk, lens)
        self._watches = CameraWatches(onvif_reports)
        self._notifier = ServiceNotifier()
        self._with_console, self._is_ready = with_console, False
        self.departures = received(unit, with_console=with_console)
        self.cameras = UnitCameras(
            folder, store, detector, clock, WallClock(unit.timezone), self.departures, opener
        )
        self.departures.follow(self.cameras.left)
        self._looked_s = time.monotonic()
        self._scheduler = Scheduler(clock, live_ids(clock))

    def run(
        self, stop: threading.Event, reload: threading.Event, file: UnitFile, report: threading.Event | None = None
    ) -> None:
        """Analyse until `stop`, or until all sources are files that have ended.

        reload: when it is set, `file` is read again and takes the place of the configuration. report: when it is
        set, each camera writes its report. Raises OperationError if the results folder disappears.
        """
        self.control = Control(
            file.path,
            reload,
            lambda: self._lifecycle.names,
            refuse_focus if self.cameras.placed else self._focus.request,
            NoTrials() if self.cameras.placed else self.cameras.trials,
            FloorFiles(self._folder),
        )
        with ExitStack() as stack:
            self._begin_services(stack)
            for camera in () if stop.is_set() else self._unit.cameras:
                self._lifecycle.start(camera.name, self.cameras.work(camera, self._unit, self._recorder))
            log.info(
                "%s: analysing %d camera(s); results in %s",
                self._unit.station,
                len(self._unit.cameras),
                self._folder,
            )
            self._is_ready = True
            self._notifier.ready()
            self._lifecycle.wait(
                stop,
                lambda: self._tick(reload, file, report),
                lambda: self._with_console and not self._unit.cameras,
            )
            self._notifier.stopping()
        log.info("%s: stopped; all incidents and alarms are ended and all files are finished", self._unit.station)

    def _begin_services(self, stack: ExitStack) -> None:
        """Begin all that runs beside the cameras; `stack` ends the cameras first, then these in reverse order."""
        settings = self._unit.console if self._with_console else None
        watching = stack.enter_context(serving(self, self._store, self._folder, settings))
        self._recorder = stack.enter_context(self._make_recorder(watching))
        stack.callback(lambda: self._recorder.put(self._scheduler.close()))
        stack.enter_context(self.cameras.turns)
        stack.enter_context(TransitFiles(self._folder, lambda: self._unit.transit, self._store.queries))
        stack.enter_context(
            delivering(self._unit, self._store, self._clock, live_ids(self._clock), self._recorder.put)
        )
        stack.enter_context(following_trains(self._unit, self.departures.left, self._clock))
        stack.enter_context(following_fleet(self._unit, self._folder, self._store, self.control))
        stack.enter_context(escalating(self._unit, self._store, self._clock))
        stack.callback(self.cameras.close)
        stack.callback(self._lifecycle.stop_all)
        stack.enter_context(self._focus)
        stack.enter_context(self._watches)

    def _tick(self, reload: threading.Event, file: UnitFile, report: threading.Event | None) -> None:
        self._notifier.alive()
        self._look_for_folder()
        self._schedule()
        self._focus.step(focusable(self._unit, dict(self.cameras.loops)))
        self._watches.step(self._unit.cameras, dict(self.cameras.loops))
        if reload.is_set():
            reload.clear()
            self._reload(file)
        self._restart_on_request()
        if report is not None and report.is_set():
            report.clear()
            self.cameras.ask_reports()

    def _restart_on_request(self) -> None:
        for camera in self.control.restarts():
            if camera in self._lifecycle.names:
                log.info("camera %s: restarting on request of the console", camera)
                self._lifecycle.restart(camera)

    def unit(self) -> Unit:
        """See UnitStatus."""
        return self._unit

    def is_ready(self) -> bool:
        """See UnitStatus."""
        return self._is_ready

    def failures(self) -> Mapping[str, int]:
        """See UnitStatus."""
        return dict(self._lifecycle.failures)

    def lost(self) -> Mapping[str, int]:
        """See UnitStatus."""
        return dict(self._recorder.lost + self.cameras.lost) if self._is_ready else {}

    def figures(self) -> tuple[CameraFigures, ...]:
        """See UnitStatus."""
        return self.cameras.figures()

    def trial(self, camera: str) -> TrialState | None:
        """See UnitStatus."""
        return self.cameras.trials.state(camera)

    def history(self, camera: str) -> CameraHistory | None:
        """See UnitStatus."""
        return self.cameras.history(camera)

    def plan(self, camera: str) -> FloorPlan | None:
        """See UnitStatus."""
        return self.cameras.plan(camera)

    def focused(self) -> Mapping[str, FocusReport | str]:
        """See UnitStatus."""
        return dict(self._focus.reports)

    @property
    def live(self) -> LiveView:
        """The newest redacted pictures."""
        return self.cameras.live

    @property
    def rate_share(self) -> float:
        """The present share, 0 to 1, of the cameras' rates above their floors; the least of all processes."""
        return min(self._scheduler.share, self.cameras.least_rates()[0])

    def rate_ratio(self) -> float:
        """See UnitStatus."""
        return min(self._scheduler.rate_ratio, self.cameras.least_rates()[1])

    def queued(self) -> int:
        """See UnitStatus."""
        return self._recorder.queued if self._is_ready else 0

    def _make_recorder(self, watching: Subscriber | None) -> Recorder:
        return Recorder(
            self._store,
            UnitRecords(self._counting, self._desk),
            outage=UnitOutage(STORE_OUTAGE, self._clock, live_ids(self._clock)),
            spool=EventSpool(self._folder),
            subscribers=(announce, watching) if watching else (announce,),
        )

    def _schedule(self) -> None:
        """Give the live cameras the rates that the processors can carry."""
        if events := adapt_rates(self._scheduler, self._unit.cameras, dict(self.cameras.loops)):
            self._recorder.put(events)

    def _reload(self, file: UnitFile) -> None:
        """Apply a changed configuration; an invalid one changes nothing."""
        try:
            new = file.load()
            exchange = self._counting.update(new.cameras, new.occupancy)
        except PasserbyError as error:
            log.error("the configuration was not reloaded; the unit is unchanged: %s", error)
            file.refused(error)
            return
        change = ConfigChange.between(self._unit, new)
        self._unit = new.model_copy(update={key: getattr(self._unit, key) for key in READ_AT_START})
        self.departures.expect(message_tracks(self._unit))
        self._lifecycle.stop(*change.removed, *(camera.name for camera in change.changed))
        self.cameras.keep_only([camera.name for camera in new.cameras])
        self._recorder.derive(exchange)
        for camera in (*change.added, *change.changed):
            self._lifecycle.start(camera.name, self.cameras.work(camera, self._unit, self._recorder))
        log.info("the configuration was reloaded; %s", change)
        file.applied(change)

    def _look_for_folder(self) -> None:
        if time.monotonic() - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = time.monotonic()
        if not self._store.is_there():
            raise OperationError(
                f"{self._folder} was removed or unmounted while the unit was running; events since then are lost, "
                "restore the folder and start the unit again"
            )


def announce(event: Event, stored: bool) -> None:
    """Log an alarm at once, also if the store fails."""
    if not stored:
        place = f", {event.place}" if event.place else ""
        log.warning("ALARM %s %s: %s%s", event.kind, event.phase.value, event.camera or "the unit", place)

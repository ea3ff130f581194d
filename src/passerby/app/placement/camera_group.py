"""Cameras of one process beside the unit's: it opens the sources itself, without database or console."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from passerby.adapters.messages import DepartureMessages
from passerby.app.camera_job import CameraJob, Opener, StoredResults
from passerby.app.clock import SystemClock
from passerby.app.departures import departures_of, message_tracks
from passerby.app.figures import Histories, figures_of
from passerby.app.floor_plan import plan_of
from passerby.app.live_report import ReportTurns
from passerby.app.placement.parcels import ParcelQueue, Reply
from passerby.app.scheduling import adapt_rates
from passerby.camera.ids import live_ids
from passerby.camera.live_tile import LiveTile
from passerby.camera.loop import CameraLoop
from passerby.camera.schedule import WallClock
from passerby.console.ports import CameraHistory, FloorPlan
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import PasserbyError
from passerby.ingest.heap import return_freed_memory
from passerby.ingest.open import open_source
from passerby.scene.place import Place
from passerby.unit.scheduler import Scheduler
from passerby.vision.detector import Detector

log = logging.getLogger(__name__)
# A camera that the unit does not ask for this long stops: the unit has started it elsewhere, or has ended.
LEASE_S = 12.0
# Longest wait of one question for records, seconds.
WAIT_S, WATCHED_WAIT_S = 1.0, 0.25
STOP_S = 5.0
# As the janitor does in a unit's own process, seconds.
RETURN_EVERY_S = 60.0
_STEP_S = 0.5


@dataclass(slots=True)
class _Placed:
    """One camera here: its thread, its records, and when the unit last asked."""

    camera: Camera
    queue: ParcelQueue
    tile: LiveTile
    asked_s: float
    stop: threading.Event = field(default_factory=threading.Event)
    error: str = ""
    is_over: bool = False
    thread: threading.Thread | None = None

    def join(self) -> None:
        """Wait for the end of its thread, for a limited time."""
        if self.thread is not None:
            self.thread.join(STOP_S)


class CameraGroup:
    """Analyses some cameras of a unit. Every method may be called from any thread.

    detector: is loaded here, with this machine's files. now_s: a clock that only grows, for the leases. results:
    the unit's results folder if it is on this machine; None if files are to be sent. Overload is measured and
    reported by each group for its own cameras.
    """

    def __init__(
        self,
        unit: Unit,
        detector: Detector,
        opener: Opener = open_source,
        now_s: Callable[[], float] = time.monotonic,
        results: Path | None = None,
    ) -> None:
        self._results = results
        self._detector, self._opener, self._now_s = detector, opener, now_s
        self._clock, self._wall = SystemClock(), WallClock(unit.timezone)
        self._scheduler = Scheduler(self._clock, live_ids(self._clock))
        self._placed: dict[str, _Placed] = {}
        self._loops: dict[str, CameraLoop] = {}
        self._places: dict[str, Place] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="passerby-group-")
        self._turns, self._histories, self._messages = ReportTurns(), Histories(), DepartureMessages()
        self._ended = threading.Event()
        threading.Thread(target=self._watch, name="leases", daemon=True).start()

    def start(self, camera: Camera, unit: Unit) -> None:
        """Begin the work of a camera, in place of an earlier work of the same name. unit: its present settings."""
        if camera.name in self._placed:
            self.stop(camera.name)
            self._placed[camera.name].join()
        self._messages.expect(message_tracks(unit))
        folder = None if self._results else Path(self._folder.name)
        placed = _Placed(camera, ParcelQueue(folder), LiveTile(), self._now_s())
        job = self._job(placed, unit)
        placed.thread = threading.Thread(
            target=self._work, args=(job, placed), name=f"camera {camera.name}", daemon=True
        )
        self._placed[camera.name] = placed
        placed.thread.start()

    def take(self, camera: str, confirmed: int, *, is_watched: bool) -> Reply:
        """Return the records after the number `confirmed`, and the present figures.

        is_watched: somebody looks at the live view, so the reply has the newest redacted picture.
        """
        placed = self._placed[camera]
        placed.asked_s = self._now_s()
        was_over = placed.is_over
        wait_s = 0.0 if was_over else WATCHED_WAIT_S if is_watched else WAIT_S
        parcels = placed.queue.take(confirmed, wait_s)
        loop = self._loops.get(camera)
        return Reply(
            parcels,
            was_over and not parcels,
            placed.error,
            dict(placed.queue.lost),
            figures_of(camera, loop) if loop else None,
            placed.tile.picture() if is_watched else None,
            self._scheduler.share,
            self._scheduler.rate_ratio,
        )

    def stop(self, camera: str) -> None:
        """Ask a camera to end; the work is over when `take` says so, after its last records."""
        self._placed[camera].stop.set()

    def plan(self, camera: str) -> FloorPlan | None:
        """Return the floor of a camera from above; None if it does not run or has no floor."""
        loop = self._loops.get(camera)
        return None if loop is None else plan_of(loop)

    def history(self, camera: str) -> CameraHistory | None:
        """Return the recent figures of a camera; None for one that never ran."""
        return self._histories.get(camera)

    def left(self, track: str) -> None:
        """Count a departure that came by message."""
        self._messages.left(track)

    def report(self) -> None:
        """Let each camera write its report now; nothing without the unit's results folder."""
        self._turns.ask()

    def close(self) -> None:
        """End all cameras and remove the files that the unit did not take."""
        self._ended.set()
        for placed in list(self._placed.values()):
            placed.stop.set()
        for placed in list(self._placed.values()):
            placed.join()
        self._turns.close()
        self._folder.cleanup()

    def step(self) -> None:
        """Stop the cameras that the unit does not ask for any more, and give the others their rates."""
        for name, placed in list(self._placed.items()):
            if not placed.stop.is_set() and self._now_s() - placed.asked_s > LEASE_S:
                log.warning("camera %s: the unit does not ask for its results; it stops here", name)
                placed.error = f"its results were not taken for {LEASE_S:g} s"
                placed.stop.set()
        working = {name: loop for name, loop in dict(self._loops).items() if not self._placed[name].is_over}
        cameras = [self._placed[name].camera for name in working]
        events = adapt_rates(self._scheduler, cameras, working)
        if events and working:
            self._placed[next(iter(working))].queue.put(events)

    def _watch(self) -> None:
        returned_s = self._now_s()
        while not self._ended.wait(_STEP_S):
            if self._now_s() - returned_s >= RETURN_EVERY_S:
                returned_s = self._now_s()
                return_freed_memory()
            try:
                self.step()
            except Exception:  # a fault of ours must not end the leases
                log.exception("an error in passerby; please report it")

    def _work(self, job: CameraJob, placed: _Placed) -> None:
        try:
            job.work(placed.stop)
        except PasserbyError as error:
            placed.error = str(error)
        except Exception as error:  # a fault of ours in one camera must not silence the others
            log.exception("camera %s: an error in passerby; please report it", job.camera.name)
            placed.error = f"an error in passerby ({error}); please report it"
        finally:
            placed.is_over = True
            placed.queue.close()

    def _job(self, placed: _Placed, unit: Unit) -> CameraJob:
        # Continuous recording stays on the machine of the unit's database, so it is off elsewhere.
        changes = {} if self._results else {"recording_mb": 0}
        return CameraJob(
            placed.camera,
            unit.model_copy(update=changes),
            self._results or Path(self._folder.name),
            StoredResults(self._results) if self._results else None,
            placed.queue,
            self._detector,
            self._clock,
            self._wall,
            partial(departures_of, placed.camera, self._wall, self._messages),
            self._places,
            tile=placed.tile,
            turns=self._turns,
            opener=self._opener,
            loops=self._loops,
            histories=self._histories,
        )

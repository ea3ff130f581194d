"""The work of each camera of a running unit, and what the console reads of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from passerby.adapters.messages import DepartureMessages
from passerby.app.camera_job import CameraJob, Opener
from passerby.app.departures import departures_of
from passerby.app.figures import Histories, figures_of
from passerby.app.floor_plan import plan_of
from passerby.app.live_report import ReportTurns
from passerby.app.placement.following import PlacedTile
from passerby.app.placement.placed_cameras import PlacedCameras
from passerby.camera.loop import CameraLoop
from passerby.camera.schedule import WallClock
from passerby.console.ports import CameraFigures, CameraHistory, FloorPlan
from passerby.contracts.config import Camera, Unit
from passerby.contracts.time import Clock
from passerby.scene.place import Place
from passerby.store.results import ResultsStore
from passerby.unit.lifecycle import Work
from passerby.unit.live_view import LiveView
from passerby.unit.recorder import Recorder
from passerby.unit.trials import Trials
from passerby.vision.detector import Detector


class UnitCameras:
    """Makes the work of every camera over one results folder; keeps what survives a restart of a camera.

    live: the newest redacted pictures. turns: when reports are due. loops: those of the cameras that run now.
    placed: the cameras in other processes; None if all are analysed in this process.
    """

    def __init__(
        self,
        folder: Path,
        store: ResultsStore,
        detector: Detector,
        clock: Clock,
        wall: WallClock,
        departures: DepartureMessages,
        opener: Opener,
    ) -> None:
        self._folder, self._store, self._detector = folder, store, detector
        self._clock, self._wall, self._departures, self._opener = clock, wall, departures, opener
        self._places: dict[str, Place] = {}
        self._histories = Histories()
        self.loops: dict[str, CameraLoop] = {}
        self.live = LiveView()
        self.trials = Trials()
        self.turns = ReportTurns()
        self.placed: PlacedCameras | None = None

    def work(self, camera: Camera, unit: Unit, recorder: Recorder) -> Work:
        """Return the work of a camera: in this process, or in another one."""
        if self.placed is None:
            return self._job(camera, unit, recorder).work
        tile = PlacedTile()
        self.live.put(camera.name, tile)
        return partial(self.placed.work, camera, unit, recorder, tile)

    def keep_only(self, names: Sequence[str]) -> None:
        """Drop the pictures, the trials and the figures of other cameras."""
        self.live.keep_only(names)
        self.trials.keep_only(names)
        for name in self.loops.keys() - set(names):
            self.loops.pop(name, None)
        if self.placed is not None:
            self.placed.keep_only(names)

    def left(self, track: str) -> None:
        """Send a departure that came by message to the other processes."""
        if self.placed is not None:
            self.placed.left(track)

    def ask_reports(self) -> None:
        """Let each camera write its report now."""
        self.turns.ask()
        if self.placed is not None:
            self.placed.ask_reports()

    def close(self) -> None:
        """End the cameras in other processes."""
        if self.placed is not None:
            self.placed.close()

    @property
    def lost(self) -> Counter[str]:
        """Records that could not be brought here from other processes, by kind."""
        return self.placed.lost if self.placed else Counter[str]()

    def figures(self) -> tuple[CameraFigures, ...]:
        """Return the figures of every camera that runs."""
        elsewhere = dict(self.placed.figures) if self.placed else {}
        return (*(figures_of(name, loop) for name, loop in dict(self.loops).items()), *elsewhere.values())

    def least_rates(self) -> tuple[float, float]:
        """Return the least share and ratio of the rates in another process; see Scheduler."""
        rates = [*self.placed.rates.values()] if self.placed else []
        return min((share for share, _ in rates), default=1.0), min((ratio for _, ratio in rates), default=1.0)

    def history(self, camera: str) -> CameraHistory | None:
        """Return the recent figures of a camera; None for one that never ran."""
        return self._histories.get(camera) if self.placed is None else self.placed.history(camera)

    def plan(self, camera: str) -> FloorPlan | None:
        """Return the floor of a camera from above; None if it does not run here or has no floor."""
        if self.placed is not None:
            return self.placed.plan(camera)
        loop = self.loops.get(camera)
        return None if loop is None else plan_of(loop)

    def _job(self, camera: Camera, unit: Unit, recorder: Recorder) -> CameraJob:
        return CameraJob(
            camera,
            unit,
            self._folder,
            self._store,
            recorder,
            self._detector,
            self._clock,
            self._wall,
            partial(departures_of, camera, self._wall, self._departures),
            self._places,
            tile=self.live.tile(camera.name),
            turns=self.turns,
            opener=self._opener,
            loops=self.loops,
            histories=self._histories,
            trial=self.trials.watch(camera.name),
        )
